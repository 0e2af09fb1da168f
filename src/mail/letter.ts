import { escapeHtml } from './plain-text.ts';

/** What a message says, before it is text or HTML. All of it is plain text. */
export interface Letter {
  readonly subject: string;
  readonly heading: string;
  readonly intro: string;
  /** Label and value; a value may have several lines. */
  readonly rows: readonly (readonly [label: string, value: string])[];
  readonly actions: readonly LetterAction[];
  readonly footer: string;
}

export interface LetterAction {
  readonly label: string;
  readonly url: string;
}

export function toLetterText({ heading, intro, rows, actions, footer }: Letter): string {
  const width = Math.max(0, ...rows.map(([label]) => label.length)) + 2;
  const table = rows.map(([label, value]) => `${`${label}:`.padEnd(width)}${value.replaceAll('\n', `\n${' '.repeat(width)}`)}`);
  const links = actions.map(({ label, url }) => `${label}:\n${url}`);
  return [heading, intro, table.join('\n'), ...links, `-- \n${footer}`]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const STYLE = `
body{margin:0;padding:0;background:#f6f8f7;color:#1d2628}
@media (prefers-color-scheme:dark){body,.page{background:#14191a!important;color:#e8eeec!important}.card{background:#1c2324!important;border-color:#333d3e!important}.soft{color:#a4b1b0!important}.rule{border-color:#333d3e!important}.title,.value{color:#e8eeec!important}.plain{color:#7fd0c4!important;border-color:#4b6764!important}}
`.trim();

const FONT = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

/** One quiet card. Styles stand in the elements, because mail programs drop the rest; nothing is loaded from anywhere. */
export function toLetterHtml({ subject, heading, intro, rows, actions, footer }: Letter): string {
  const table = rows
    .map(
      ([label, value]) =>
        `<tr><td class="soft" style="padding:6px 16px 6px 0;color:#5a6869;vertical-align:top;white-space:nowrap">${escapeHtml(label)}</td><td class="value" style="padding:6px 0;color:#1d2628;vertical-align:top;word-break:break-word">${toLines(value)}</td></tr>`,
    )
    .join('');
  const buttons = actions.map(toButton).join(' ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title><style>${STYLE}</style></head>
<body><table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f6f8f7;${FONT};font-size:16px;line-height:1.5"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border:1px solid #dde4e2;border-radius:12px;text-align:left"><tr><td style="padding:28px 28px 24px">
<h1 class="title" style="margin:0 0 8px;font-size:20px;line-height:1.3;font-weight:600;color:#1d2628">${escapeHtml(heading)}</h1>
<p class="soft" style="margin:0 0 20px;color:#5a6869">${toLines(intro)}</p>
<table role="presentation" class="rule" cellpadding="0" cellspacing="0" style="width:100%;border-top:1px solid #dde4e2;padding-top:12px;font-size:15px">${table}</table>
${buttons === '' ? '' : `<p style="margin:24px 0 0">${buttons}</p>`}
</td></tr></table>
<p class="soft" style="max-width:560px;margin:16px auto 0;font-size:13px;color:#5a6869;text-align:left">${toLines(footer)}</p>
</td></tr></table></body></html>
`;
}

function toButton({ label, url }: LetterAction): string {
  return `<a class="plain" href="${escapeHtml(url)}" style="display:inline-block;margin:0 8px 8px 0;padding:9px 16px;border:1px solid #b9c9c6;border-radius:8px;color:#0f5d5a;font-size:15px;font-weight:500;text-decoration:none">${escapeHtml(label)}</a>`;
}

function toLines(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>');
}
