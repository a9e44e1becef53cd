import type { Page } from 'playwright'

/** Counts what is pressed on every page that is seen from now on, ours and others'. @returns what was pressed so far */
export async function countClicks(page: Page): Promise<() => ReadonlyArray<string>> {
  const pressed: Array<string> = []
  await page.exposeFunction('wasPressed', (what: string) => void pressed.push(what))
  await page.addInitScript(() =>
    addEventListener(
      'click',
      ({ target }) => {
        const { wasPressed } = globalThis as unknown as { wasPressed(what: string | null): void }
        wasPressed((target as Element).textContent)
      },
      { capture: true },
    ),
  )
  await page.reload()
  return () => pressed
}
