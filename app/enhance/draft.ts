/**
 * Keeps what is being written on this device until it was taken, through a lost network or a closed window.
 * A form says its name in `data-draft`; nothing is sent anywhere.
 */

const KEPT_FOR = 7 * 24 * 60 * 60 * 1000
/** Far more than any form takes. */
const LONGEST = 100_000
type Kept = { at: number; fields: Record<string, string> }

const store = (() => {
  try {
    return localStorage
  } catch {
    // Cookies refused: then nothing is kept.
    return null
  }
})()

const nameOf = (draft: string) => `draft:${draft}`

const forms = [...document.querySelectorAll<HTMLFormElement>('form[data-draft]')]

// What was taken needs no draft any more.
const said = document.querySelector<HTMLElement>('[data-said]')?.dataset.said
if (said === 'raised' || said === 'mine') forget('raise')
if (said === 'commented') for (const form of forms) forget(form.dataset.draft ?? '')

// What a person looks at first stays on no device that others may use.
for (const { dataset } of document.querySelectorAll<HTMLElement>('[data-forgets]'))
  forget(dataset.forgets ?? '')

forms.forEach(keep)

function keep(form: HTMLFormElement) {
  const { draft = '' } = form.dataset
  const fields = [
    ...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>(
      'input:not([type="hidden"]), textarea, select',
    ),
    // What only a program fills in is nobody's words.
  ].filter((field) => field.closest('[inert]') === null)
  const kept = read(draft)
  const restored = document.querySelector<HTMLElement>(`[data-restored="${draft}"]`)
  // What the server sent back is newer than what was kept here.
  if (kept && fields.every((field) => field.value === '')) {
    for (const field of fields) {
      field.value = kept.fields[field.name] ?? ''
      // A choice that is no longer offered leaves a list blank: the one without a value is taken.
      field.value ||= ''
    }
    if (restored && fields.some((field) => field.value !== '')) restored.hidden = false
  }
  restored?.querySelector('button')?.addEventListener('click', () => {
    forget(draft)
    for (const field of fields) field.value = ''
    restored.hidden = true
    fields[0]?.focus()
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = () => {
    clearTimeout(timer)
    const written = Object.fromEntries(fields.map((field) => [field.name, field.value]))
    if (Object.values(written).every((value) => value === '')) return forget(draft)
    const words = JSON.stringify({ at: Date.now(), fields: written } satisfies Kept)
    if (words.length > LONGEST) return
    try {
      store?.setItem(nameOf(draft), words)
    } catch {
      // No room: the form works as it does without this.
    }
  }
  let dirty = false
  form.addEventListener('input', () => {
    dirty = true
    clearTimeout(timer)
    timer = setTimeout(write, 300)
  })
  addEventListener('pagehide', () => {
    if (dirty) write()
  })
}

function read(draft: string): Kept | null {
  try {
    const kept = JSON.parse(store?.getItem(nameOf(draft)) ?? 'null') as Kept | null
    if (kept && Date.now() - kept.at < KEPT_FOR) return kept
    forget(draft)
  } catch {
    forget(draft)
  }
  return null
}

function forget(draft: string) {
  store?.removeItem(nameOf(draft))
}
