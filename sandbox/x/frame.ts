import { html, type Html } from './html.ts'

/** What every page of the practice network has around it. */
export function framed(page: { title: string; head?: Html | null; bar?: Html; main: Html }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${page.head}
        <title>${page.title}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <div class="bar">
            <p class="brand">Practice network</p>
            <p class="notice">Stands in for X on this computer. Nothing posted here leaves it.</p>
            ${page.bar}
          </div>
        </header>
        <main>${page.main}</main>
      </body>
    </html>`.text
}
