import { createHash } from 'node:crypto';
import type { GuestTimes, GuestView } from '../server/guest-desk.ts';
import type { LinkOffer } from '../server/link-desk.ts';
import { escapeHtml } from './error-page.ts';
import { styledPagePolicy } from './headers.ts';

const STYLE = `
:root{color-scheme:light dark;--paper:light-dark(#f6f8f7,#14191a);--surface:light-dark(#fff,#1c2324);--line:light-dark(#dde4e2,#333d3e);--edge:light-dark(#87948f,#6d7b78);--ink:light-dark(#1d2628,#e8eeec);--soft:light-dark(#526061,#a9b6b4);--accent:light-dark(#0f5d5a,#7fd0c4);--on:light-dark(#fff,#10201f);--wash:light-dark(#eaf4f2,#20302f);--bad:light-dark(#a12622,#f2a19b)}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
main{max-width:36rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.35rem;line-height:1.3;font-weight:600;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1rem;font-weight:600;margin:0}
p{margin:.5rem 0}
.soft,dt{color:var(--soft)}
.problem{color:var(--bad);font-weight:500}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem;margin:1.25rem 0;padding:1rem 1.15rem;background:var(--surface);border:1px solid var(--line);border-radius:.75rem}
dd{margin:0;overflow-wrap:anywhere}
fieldset{border:0;margin:1.25rem 0 0;padding:0}
legend{font-weight:600;padding:0;margin-bottom:.5rem}
.times{display:flex;flex-wrap:wrap;gap:.5rem}
.times label{position:relative;display:inline-flex}
.times input{position:absolute;inset:0;margin:0;opacity:0;cursor:pointer}
.times span{min-width:5.25rem;padding:.45rem .75rem;text-align:center;border:1px solid var(--edge);border-radius:.5rem;background:var(--surface);font-variant-numeric:tabular-nums}
.times input:checked+span{background:var(--accent);border-color:var(--accent);color:var(--on)}
.times input:focus-visible+span,button:focus-visible,textarea:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
nav{display:flex;gap:1.25rem;margin:1.25rem 0}
a{color:var(--accent)}
textarea{display:block;width:100%;margin:.35rem 0 1.25rem;padding:.6rem .75rem;font:inherit;color:inherit;background:var(--surface);border:1px solid var(--edge);border-radius:.5rem;resize:vertical}
.line{display:block;width:100%;margin:.35rem 0 1rem;padding:.6rem .75rem;font:inherit;color:inherit;background:var(--surface);border:1px solid var(--edge);border-radius:.5rem}
.line:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.reason{display:block;margin-top:1.5rem}
form>button{position:sticky;bottom:1rem}
form>button.last{position:static}
button{font:inherit;font-weight:500;padding:.6rem 1.1rem;border:0;border-radius:.5rem;background:var(--accent);color:var(--on);cursor:pointer}
`.trim();
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

export interface Words {
  readonly title: string;
  readonly message: string;
}

/** A page without a meeting. */
export function noticePage(status: number, { title, message }: Words): Response {
  return toPage(status, title, `<h1>${escapeHtml(title)}</h1><p class="soft">${escapeHtml(message)}</p>`);
}

/** What there is to say about a meeting that cannot be changed here. */
export function linkPage(status: number, { title, message, view }: Words & { readonly view: GuestView }): Response {
  return toPage(status, title, `<h1>${escapeHtml(title)}</h1><p class="soft">${escapeHtml(message)}</p>${summary(view)}`);
}

/** What was done. */
export function donePage(parts: Words & { readonly view: GuestView }): Response {
  return linkPage(200, parts);
}

export function cancelPage(view: GuestView, { problem }: { readonly problem?: string }): Response {
  const title = 'Cancel this meeting?';
  const form = `<form method="post"><label class="reason">Reason (optional; the host reads it)<textarea name="reason" rows="3" maxlength="500"></textarea></label><button type="submit">Cancel the meeting</button></form>`;
  return toPage(problem === undefined ? 200 : 409, title, `<h1>${title}</h1>${complaint(problem)}${summary(view)}${form}`);
}

export function reschedulePage(view: GuestView, { times, problem }: { readonly times: GuestTimes; readonly problem?: string }): Response {
  const title = 'Choose another time';
  const days = times.days.map(dayOf);
  const nav = `<nav aria-label="More days">${times.earlier === undefined ? '' : `<a href="?from=${times.earlier}">Earlier days</a>`}<a href="?from=${times.later}">Later days</a></nav>`;
  const form =
    days.length === 0
      ? `<p>There is no free time in these days.</p>${nav}`
      : `<form method="post"><p class="soft">Times are in ${escapeHtml(times.zone)}.</p>${days.join('')}${nav}<label class="reason">Reason (optional; the host reads it)<textarea name="reason" rows="2" maxlength="500"></textarea></label><button type="submit">Move the meeting</button></form>`;
  return toPage(problem === undefined ? 200 : 409, title, `<h1>${title}</h1>${complaint(problem)}${summary(view)}${form}`);
}

/** What a private link offers: its free times, and who books one. */
export function offerPage(offer: LinkOffer, parts: OfferParts): Response {
  const { times, zone, wish, problem } = parts;
  const { title, description, minutes, host } = offer;
  const and = zone === undefined ? '' : `&amp;zone=${encodeURIComponent(zone)}`;
  const nav = `<nav aria-label="More days">${times.earlier === undefined ? '' : `<a href="?from=${times.earlier}${and}">Earlier days</a>`}<a href="?from=${times.later}${and}">Later days</a></nav>`;
  const head = `<h1>${escapeHtml(title)}</h1><p class="soft">${minutes} minutes with ${escapeHtml(host)}. Times are in ${escapeHtml(times.zone)}.</p>${description === '' ? '' : `<p>${escapeHtml(description)}</p>`}`;
  const who = [
    `<label class="reason">Your name<input class="line" name="name" required maxlength="200" autocomplete="name" value="${escapeHtml(wish?.name ?? '')}"></label>`,
    `<label>Your e-mail address<input class="line" type="email" name="email" required maxlength="320" autocomplete="email" value="${escapeHtml(wish?.email ?? '')}"></label>`,
  ];
  const form =
    times.days.length === 0
      ? `<p>There is no free time in these days.</p>${nav}`
      : `<form method="post">${times.days.map(dayOf).join('')}${nav}${who.join('')}<button type="submit" class="last">Book it</button></form>`;
  return toPage(problem === undefined ? 200 : 409, title, `${head}${complaint(problem)}${form}`);
}

interface OfferParts {
  readonly times: GuestTimes;
  /** The zone that the guest asked for. */
  readonly zone: string | undefined;
  /** What was written already. */
  readonly wish?: { readonly name: string; readonly email: string };
  readonly problem?: string;
}

function dayOf({ label, times }: GuestTimes['days'][number]): string {
  const choices = times.map(
    (time) =>
      `<label><input type="radio" name="start" required value="${escapeHtml(time.start)}"><span>${escapeHtml(time.label)}</span></label>`,
  );
  return `<fieldset><legend>${escapeHtml(label)}</legend><div class="times">${choices.join('')}</div></fieldset>`;
}

function complaint(problem: string | undefined): string {
  return problem === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`;
}

function summary({ title, when, whenForHost, hosts, place }: GuestView): string {
  const rows = [
    ['What', title],
    ['When', when],
    ['For the host', whenForHost],
    ['With', hosts],
    ['Where', place],
  ].flatMap(([label, value]) => (value === undefined || value === '' ? [] : [`<dt>${label}</dt><dd>${escapeHtml(value)}</dd>`]));
  return `<dl>${rows.join('')}</dl>`;
}

function toPage(status: number, title: string, content: string): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)} – Kalends</title><style>${STYLE}</style></head><body><main>${content}</main></body></html>`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': styledPagePolicy(STYLE_HASH),
      // Without a referrer of its own a form's POST would carry the origin "null", which is refused; others learn nothing of the address.
      'referrer-policy': 'same-origin',
      'x-robots-tag': 'noindex',
    },
  });
}
