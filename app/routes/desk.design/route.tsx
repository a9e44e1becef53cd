import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { AROUND, specimens } from '#app/ui/specimens.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('design')

export const loader = open('open-desk', async (door) => ({ desk: await readDesk(door, door.viewer) }))

/** Every part of the site in every state: what a change of the style sheets must be looked at with. */
export default function Design() {
  const { desk } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <DeskShell here={null} {...desk}>
      <PageTitle title={t('design.title')} intro={t('design.intro')} />
      <p className="hint">{t('design.around', { parts: AROUND.join(', ') })}</p>
      {specimens(t).map(({ part, states }) => (
        <section key={part} className="specimen" aria-labelledby={`part-${part}`}>
          <h2 id={`part-${part}`}>{part}</h2>
          <div className="specimen-states">
            {states.map(([state, drawn]) => (
              <div key={state} className="specimen-state" role="group" aria-label={`${part}: ${state}`}>
                <p className="specimen-name">{state}</p>
                {drawn}
              </div>
            ))}
          </div>
        </section>
      ))}
    </DeskShell>
  )
}
