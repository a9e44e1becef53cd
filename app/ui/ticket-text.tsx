import { useWritten } from '#app/catalogue/text.ts'

/** Direction marks end a link: behind one, an address would not read as it leads. */
const link = /https?:\/\/[^\s<>"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu
/** What a sentence puts behind an address; a bracket only when the address did not open one. */
const trailing = /[.,;:!?'’”\]]+$|^([^(]*)\)$/u

/** Plain text by people: paragraphs and bare links, nothing else is markup. */
export function TicketText({ text }: { text: string }) {
  const written = useWritten()
  const paragraphs = text
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n\s*\n/u)
  return (
    <div className="ticket-text" lang={written}>
      {paragraphs.map((paragraph, index) => (
        <p key={index} dir="auto">
          {linked(paragraph)}
        </p>
      ))}
    </div>
  )
}

function linked(text: string) {
  const parts: Array<string | JSX.Element> = []
  let end = 0
  for (const match of text.matchAll(link)) {
    const url = bare(match[0])
    if (!URL.canParse(url)) continue
    parts.push(
      text.slice(end, match.index),
      <a key={match.index} href={url} rel="nofollow ugc noopener" dir="ltr">
        {url}
      </a>,
    )
    end = match.index + url.length
  }
  return [...parts, text.slice(end)]
}

function bare(url: string): string {
  const shorter = url.replace(trailing, '$1')
  return shorter === url ? url : bare(shorter)
}
