import { Hono } from 'hono';
import { AppError } from '../errors.ts';
import type { LinkDesk, LinkOffer } from '../server/link-desk.ts';
import { noticePage, offerPage } from './booking-pages-html.ts';
import { readForm } from './form.ts';
import type { WebEnvironment } from './visitor.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** `/d/{link}/{slug}`: where a private link leads. GET only shows, POST books; the link is all the right there is, so no other site can act with it. */
export function createLinkPages(desk: LinkDesk): Hono<WebEnvironment> {
  const app = new Hono<WebEnvironment>();

  app.get('/:link/:slug?', async (context) => {
    const { link } = context.req.param();
    const zone = context.req.query('zone');
    const offer = await desk.offer(link, zone);
    if (offer === undefined) return noticePage(404, UNKNOWN);
    if (offer.isEnded) return noticePage(410, toEnded(offer));
    return await show(desk, { link, offer, zone, from: context.req.query('from') });
  });

  app.post('/:link/:slug?', async (context) => {
    const { link } = context.req.param();
    const zone = context.req.query('zone');
    const offer = await desk.offer(link, zone);
    if (offer === undefined) return noticePage(404, UNKNOWN);
    if (offer.isEnded) return noticePage(410, toEnded(offer));
    const form = await readForm(context.req.raw);
    if (form === undefined) return noticePage(413, { title: 'This is too long', message: 'Go back and write less.' });
    const wish = { name: form.get('name') ?? '', email: form.get('email') ?? '', start: form.get('start') ?? '' };
    if (wish.start === '') return await show(desk, { link, offer, zone, from: undefined, wish, problem: 'Choose a time first.' });
    try {
      const when = await desk.book(link, wish, zone);
      return noticePage(200, { title: `${offer.title} is booked`, message: `${when}, with ${offer.host}. You can close this page.` });
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'internal') throw error;
      return await show(desk, { link, offer, zone, from: undefined, wish, problem: `That did not work: ${error.message}` });
    }
  });

  return app;
}

interface Showing {
  readonly link: string;
  readonly offer: LinkOffer;
  readonly zone: string | undefined;
  readonly from: string | undefined;
  readonly wish?: { readonly name: string; readonly email: string };
  readonly problem?: string;
}

async function show(desk: LinkDesk, { link, offer, zone, from, wish, problem }: Showing): Promise<Response> {
  const times = await desk.times(link, from !== undefined && DAY.test(from) && !Number.isNaN(Date.parse(from)) ? from : undefined, zone);
  return offerPage(offer, { times, zone, ...(wish === undefined ? {} : { wish }), ...(problem === undefined ? {} : { problem }) });
}

const UNKNOWN = { title: 'This link does not work', message: 'Perhaps a part of it was lost. Copy all of it again, or ask for a new one.' };

function toEnded({ title, host }: LinkOffer) {
  return { title: 'This link has ended', message: `It was for ${title} with ${host}. Ask ${host} for a new one.` };
}
