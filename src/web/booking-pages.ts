import { Hono } from 'hono';
import { AppError } from '../errors.ts';
import type { GuestDesk, GuestView } from '../server/guest-desk.ts';
import { cancelPage, donePage, linkPage, noticePage, reschedulePage } from './booking-pages-html.ts';
import { readForm } from './form.ts';
import type { WebEnvironment } from './visitor.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * `/b/{token}`: the pages behind the links in a message. GET only shows, because mail programs and scanners follow links; POST acts. The token is
 * all the right there is, so no other site can act with it: it does not know it.
 */
export function createBookingPages(desk: GuestDesk): Hono<WebEnvironment> {
  const app = new Hono<WebEnvironment>();

  app.get('/:token', async (context) => {
    const token = context.req.param('token');
    const view = await desk.view(token);
    if (view === undefined) return noticePage(404, UNKNOWN);
    if (view.state !== 'open') return closedPage(view);
    if (view.action === 'cancel') return cancelPage(view, {});
    return await showTimes(desk, { token, view, from: context.req.query('from') });
  });

  app.post('/:token', async (context) => {
    const token = context.req.param('token');
    const view = await desk.view(token);
    if (view === undefined) return noticePage(404, UNKNOWN);
    if (view.state !== 'open') return closedPage(view);
    const form = await readForm(context.req.raw);
    if (form === undefined) return noticePage(413, { title: 'This is too long', message: 'Go back and write less.' });
    const reason = (form.get('reason') ?? '').slice(0, 500);
    try {
      if (view.action === 'cancel') {
        await desk.cancel(token, reason);
        return donePage({ title: 'The meeting is cancelled', message: 'Everybody is told. You can close this page.', view });
      }
      const start = form.get('start') ?? '';
      if (start === '') return await showTimes(desk, { token, view, from: undefined, problem: 'Choose a time first.' });
      const moved = await desk.move(token, { start, reason });
      return donePage({ title: 'The meeting has a new time', message: 'Everybody is told. You can close this page.', view: moved });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'internal') throw error;
      const problem = `That did not work: ${error.message}`;
      return view.action === 'cancel' ? cancelPage(view, { problem }) : await showTimes(desk, { token, view, from: undefined, problem });
    }
  });

  return app;
}

interface Showing {
  readonly token: string;
  readonly view: GuestView;
  readonly from: string | undefined;
  readonly problem?: string;
}

async function showTimes(desk: GuestDesk, { token, view, from, problem }: Showing): Promise<Response> {
  try {
    const times = await desk.times(token, from !== undefined && DAY.test(from) && !Number.isNaN(Date.parse(from)) ? from : undefined);
    return reschedulePage(view, { times, ...(problem === undefined ? {} : { problem }) });
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal') throw error;
    return linkPage(409, { title: 'The meeting cannot be moved', message: error.message, view });
  }
}

const UNKNOWN = {
  title: 'This link does not work',
  message: 'Perhaps a part of it was lost. Open the link in the message again, or copy all of it.',
};

function closedPage(view: GuestView): Response {
  const words: Readonly<Record<GuestView['state'], { readonly title: string; readonly message: string }>> = {
    open: { title: view.title, message: '' },
    over: { title: 'This meeting is over', message: 'There is nothing left to change.' },
    cancelled: { title: 'This meeting is cancelled', message: 'There is nothing left to do.' },
    moved: { title: 'This meeting was moved', message: 'You got a newer message about it; its link is for the new time.' },
    declined: { title: 'This meeting was declined', message: 'There is nothing left to do.' },
  };
  return linkPage(view.state === 'over' ? 410 : 200, { ...words[view.state], view });
}
