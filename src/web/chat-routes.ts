import { Hono } from 'hono';
import { z } from 'zod';
import type { Agent } from '../agent/agent.ts';
import type { ApprovalRequest, MessageRequest } from '../agent/messages.ts';
import { toEventStreamResponse } from './event-stream.ts';
import { readBody } from './request-body.ts';
import type { WebEnvironment } from './visitor.ts';

const messageBody: z.ZodType<MessageRequest> = z.object({ text: z.string(), timeZone: z.string().exactOptional() });
const approvalBody: z.ZodType<ApprovalRequest> = z.object({ approve: z.boolean() });

/** Conversations under `/chat`, each visible to its own principal alone. */
export function createChatRoutes(agent: Agent): Hono<WebEnvironment> {
  const app = new Hono<WebEnvironment>();

  app.get('/conversations', async (context) => context.json({ conversations: await agent.list(context.var.visitor.principal) }));

  app.post('/conversations', async (context) => context.json({ id: await agent.create(context.var.visitor.principal) }, 201));

  app.get('/conversations/:id', async (context) => context.json(await agent.view(context.var.visitor.principal, context.req.param('id'))));

  app.delete('/conversations/:id', async (context) => {
    await agent.remove(context.var.visitor.principal, context.req.param('id'));
    return context.json({ deleted: true });
  });

  app.post('/conversations/:id/messages', async (context) => {
    const { principal } = context.var.visitor;
    const { text, timeZone } = await readBody(context.req.raw, messageBody);
    const conversationId = context.req.param('id');
    return toEventStreamResponse(await agent.send({ principal, conversationId, text, ...(timeZone === undefined ? {} : { timeZone }) }));
  });

  app.post('/conversations/:id/approvals/:approvalId', async (context) => {
    const { principal } = context.var.visitor;
    const { approve } = await readBody(context.req.raw, approvalBody);
    const { id: conversationId, approvalId } = context.req.param();
    return toEventStreamResponse(await agent.answer({ principal, conversationId, approvalId, approve }));
  });

  return app;
}
