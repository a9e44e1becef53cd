import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import {
  healthOfProviders,
  keptProviders,
  MAIL,
  saveProvider,
  switchProvider,
} from '#app/domain/people/providers.server.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { open, seeOther, type OwnDoor } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { providerValues, readProviderForm } from '#app/web/provider-form.server.ts'
import { at, checkProvider, readTest } from '#app/web/providers.server.ts'
import { SIGN_IN_FAULTS } from '#app/vocabulary.ts'
import { ProviderSheet } from './form.tsx'
import { MailWay, ProviderPart } from './provider.tsx'
import { Tested } from './tested.tsx'

const HERE = '/desk/sign-in'

export const meta = titled('providers')

export const loader = open('manage-providers', async (door) => {
  const { app, campus, url } = door
  const [desk, opened, kept, health, mail, test] = await Promise.all([
    readDesk(door, door.viewer),
    app.providers.list(),
    keptProviders(campus),
    healthOfProviders(campus),
    app.mailSignsIn(),
    readTest(door),
  ])
  const providers = opened.map((one) => {
    const { slug, kind, name, enabled, from, secret } = one.configured
    const known = health.get(slug)
    const [fault, ...detail] = (known?.trouble ?? '').split(' ')
    const sheet = from === 'desk' ? kept.find((each) => each.slug === slug) : undefined
    // Half configured is seen at once, without asking anybody.
    const broken = one.provider.kind === 'refused' ? one.provider : null
    return {
      slug,
      kind,
      name,
      enabled,
      from,
      ours: one.provider.kind === 'refused' ? null : one.provider.ours(at(door, one)),
      checkedAt: known?.checkedAt?.toISOString() ?? null,
      troubleAt: known?.troubleAt?.toISOString() ?? null,
      fault: broken?.fault ?? SIGN_IN_FAULTS.find((each) => each === fault) ?? null,
      detail: broken?.detail ?? detail.join(' '),
      sheet: sheet ? { values: providerValues(sheet), hasSecret: secret !== null } : null,
    }
  })
  return { desk, providers, mail, test, asked: url.searchParams.has('test') }
})

export const action = open('manage-providers', async (door) => {
  const { app, campus, viewer } = door
  const form = await door.request.formData()
  const slug = String(form.get('slug') ?? '')
  switch (String(form.get('intent'))) {
    case 'save': {
      const read = readProviderForm(form)
      if (read.kind === 'wrong') return sendBack(read.values, read.errors)
      const there = await app.providers.find(read.wish.slug)
      const saved =
        there?.configured.from === 'file' ? 'taken' : await saveProvider(campus, viewer, read.wish)
      if (saved === 'taken') return sendBack(formValues(form), { slug: ['takenSlug'] })
      throw seeOther(HERE, 'provider-saved')
    }
    case 'on':
      await switchWay(door, slug, true)
      throw seeOther(HERE, 'provider-on')
    case 'off':
      if (await isLastWay(door, slug)) return data({ kind: 'last-way' as const }, { status: 409 })
      await switchWay(door, slug, false)
      throw seeOther(HERE, 'provider-off')
    case 'check': {
      const health = await checkProvider(app, slug)
      return data({
        kind: 'checked' as const,
        slug,
        facts: health.kind === 'well' ? health.facts : null,
      })
    }
  }
  throw new Refusal('invalid', 'bad-form')
})

function sendBack(values: Record<string, string>, errors: Record<string, Array<string>>) {
  return data({ kind: 'wrong' as const, values, errors }, { status: 400 })
}

function formValues(form: FormData): Record<string, string> {
  const given = [...form].filter(([name, value]) => name !== 'secret' && typeof value === 'string')
  return Object.fromEntries(given) as Record<string, string>
}

async function switchWay({ app, campus, viewer }: OwnDoor, slug: string, enabled: boolean) {
  const known = slug === MAIL || (await app.providers.find(slug))?.configured.from === 'desk'
  if (!known) throw notFound('no-such-page')
  await switchProvider(campus, viewer, slug, enabled)
}

async function isLastWay({ app }: OwnDoor, slug: string): Promise<boolean> {
  const providers = await app.providers.list()
  const others = providers.filter(({ configured }) => configured.enabled && configured.slug !== slug)
  return others.length === 0 && (slug === MAIL || !(await app.mailSignsIn()))
}

const KINDS = ['oidc', 'saml', 'cas'] as const

export default function SignInDesk() {
  const { desk, providers, mail, test, asked } = useLoaderData<typeof loader>()
  const came = useActionData<typeof action>()
  const t = useText()
  const wrong = came?.kind === 'wrong' ? came : null
  /** What of a form came back, if it was this one. */
  const backTo = (kind: string, slug: string | null) =>
    wrong &&
    wrong.values.kind === kind &&
    (slug === null) === (wrong.values.isNew === 'yes') &&
    (slug === null || wrong.values.slug === slug)
      ? wrong
      : null
  return (
    <DeskShell here="signIn" {...desk}>
      <PageTitle title={t('providers.title')} intro={t('providers.intro')} />
      {came?.kind === 'last-way' && <Flash kind="problem">{t('providers.lastWay')}</Flash>}
      {asked && <Tested test={test} name={providers.find(({ slug }) => slug === test?.slug)?.name ?? ''} />}
      {providers.map((provider) => (
        <ProviderPart
          key={provider.slug}
          provider={provider}
          action={HERE}
          facts={came?.kind === 'checked' && came.slug === provider.slug ? came.facts : null}
        >
          {provider.sheet && provider.kind !== 'mail' && (
            <details className="desk-part" open={backTo(provider.kind, provider.slug) !== null}>
              <summary>{t('providers.change', { name: provider.name })}</summary>
              <ProviderSheet
                kind={provider.kind}
                action={HERE}
                values={provider.sheet.values}
                hasSecret={provider.sheet.hasSecret}
                wrong={backTo(provider.kind, provider.slug)}
              />
            </details>
          )}
        </ProviderPart>
      ))}
      {providers.length === 0 && <EmptyState title={t('providers.none')} hint={t('providers.noneHint')} />}
      <MailWay on={mail} action={HERE} />
      <Section title={t('providers.addTitle')} id="add">
        {KINDS.map((kind) => (
          <details className="desk-part" key={kind} open={backTo(kind, null) !== null}>
            <summary>{t('providers.add', { kind: t(`providers.kind.${kind}`) })}</summary>
            <ProviderSheet
              kind={kind}
              action={HERE}
              values={null}
              hasSecret={false}
              wrong={backTo(kind, null)}
            />
          </details>
        ))}
      </Section>
    </DeskShell>
  )
}
