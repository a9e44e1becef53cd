/** Markup that may be sent as it is. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | number | Html | undefined | null | false | Array<Html>

/** Escapes every text that is put in; only markup made by this function goes through. */
export function html(strings: TemplateStringsArray, ...parts: Array<Part>): Html {
  return new Html(strings.map((string, index) => string + written(parts[index])).join(''))
}

function written(part: Part): string {
  if (part === undefined || part === null || part === false) return ''
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map(({ text }) => text).join('')
  return String(part).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
