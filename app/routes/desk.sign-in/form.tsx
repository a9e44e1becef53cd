import { useText } from '#app/catalogue/text.ts'
import { Button } from '#app/ui/button.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { SelectField, TextArea, TextField } from '#app/ui/field.tsx'
import { sayErrors } from '#app/web/forms.ts'

type Kind = 'oidc' | 'saml' | 'cas'

export type ProviderSheetProps = {
  kind: Kind
  action: string
  /** Of one that is there; null: a new one. */
  values: Record<string, string> | null
  hasSecret: boolean
  /** What came back, with what is wrong about it. */
  wrong: { values: Record<string, string>; errors: Record<string, Array<string>> } | null
}

/** Everything that is to be known of a provider, and of how to read what it says. */
export function ProviderSheet({ kind, action, values, hasSecret, wrong }: ProviderSheetProps) {
  const t = useText()
  const form = `provider-${values?.slug ?? `new-${kind}`}`
  const shown = wrong?.values ?? values ?? FRESH[kind]
  const field = (name: string, label: string, hint?: string) => ({
    id: `${form}-${name}`,
    name,
    label,
    hint,
    errors: sayErrors(t, wrong?.errors[name]),
    defaultValue: shown[name] ?? '',
  })
  const names = Object.keys(wrong?.errors ?? {})
  return (
    <form method="post" action={action} className="form" id={form}>
      <ErrorSummary
        errors={names.flatMap((name) =>
          sayErrors(t, wrong?.errors[name]).map((text) => ({ id: `${form}-${name}`, text })),
        )}
      />
      <input type="hidden" name="intent" value="save" />
      <input type="hidden" name="kind" value={kind} />
      <input type="hidden" name="isNew" value={values ? 'no' : 'yes'} />
      <TextField {...field('name', t('providers.field.name'), t('providers.field.nameHint'))} required />
      {values ? (
        <input type="hidden" name="slug" value={values.slug} />
      ) : (
        <TextField {...field('slug', t('providers.field.slug'), t('providers.field.slugHint'))} required />
      )}
      {kind === 'oidc' && (
        <>
          <TextField
            {...field('issuer', t('providers.field.issuer'), t('providers.field.issuerHint'))}
            required
          />
          <TextField {...field('clientId', t('providers.field.clientId'))} required />
          <TextField
            {...field(
              'secret',
              t('providers.field.secret'),
              hasSecret ? t('providers.field.secretKept') : undefined,
            )}
            type="password"
            autoComplete="off"
            optional
          />
          <TextField {...field('scope', t('providers.field.scope'))} />
          <SelectField
            {...field('subject', t('providers.field.subject'))}
            options={[
              { value: 'sub', text: t('providers.field.subjectSub') },
              { value: 'tid+oid', text: t('providers.field.subjectEntra') },
            ]}
          />
        </>
      )}
      {kind === 'saml' && (
        <>
          <TextArea
            {...field('metadata', t('providers.field.metadata'), t('providers.field.metadataHint'))}
            required
          />
          <TextField
            {...field('entity', t('providers.field.entity'), t('providers.field.entityHint'))}
            optional
          />
          <TextField
            {...field('ourEntity', t('providers.field.ourEntity'), t('providers.field.ourEntityHint'))}
            optional
          />
          <SelectField
            {...field('persistent', t('providers.field.persistent'))}
            options={[
              { value: 'no', text: t('providers.field.persistentNo') },
              { value: 'yes', text: t('providers.field.persistentYes') },
            ]}
          />
          <TextArea
            {...field('certificate', t('providers.field.certificate'), t('providers.field.certificateHint'))}
            optional
          />
          <TextArea
            {...field(
              'secret',
              t('providers.field.privateKey'),
              hasSecret ? t('providers.field.secretKept') : undefined,
            )}
            autoComplete="off"
            optional
          />
        </>
      )}
      {kind === 'cas' && (
        <>
          <TextField
            {...field('server', t('providers.field.server'), t('providers.field.serverHint'))}
            required
          />
          <TextField
            {...field('subject', t('providers.field.casSubject'), t('providers.field.casSubjectHint'))}
            optional
          />
        </>
      )}
      <TextArea
        {...field('scopes', t('providers.field.scopes'), t('providers.field.scopesHint'))}
        rows={2}
        optional
      />
      <TextField
        {...field('affiliation', t('providers.field.affiliation'), t('providers.field.affiliationHint'))}
        optional
      />
      <TextArea
        {...field('values', t('providers.field.values'), t('providers.field.valuesHint'))}
        rows={3}
        optional
      />
      <TextField
        {...field('everyone', t('providers.field.everyone'), t('providers.field.everyoneHint'))}
        optional
      />
      <TextField {...field('email', t('providers.field.email'))} optional />
      <TextField {...field('mfa', t('providers.field.mfa'), t('providers.field.mfaHint'))} optional />
      {kind === 'oidc' && <TextField {...field('amr', t('providers.field.amr'))} optional />}
      <Button type="submit">{t('providers.field.save')}</Button>
    </form>
  )
}

const MFA = 'https://refeds.org/profile/mfa'

/** What a new one begins with: the same as is taken where a setting is left out. */
const FRESH: Record<Kind, Record<string, string>> = {
  oidc: {
    scope: 'openid email',
    subject: 'sub',
    affiliation: 'eduperson_scoped_affiliation',
    email: 'email',
    mfa: MFA,
    amr: 'mfa',
  },
  saml: {
    persistent: 'no',
    affiliation: 'urn:oid:1.3.6.1.4.1.5923.1.1.1.9, eduPersonScopedAffiliation',
    email: 'urn:oid:0.9.2342.19200300.100.1.3, mail',
    mfa: MFA,
  },
  cas: {
    subject: 'eduPersonUniqueId',
    affiliation: 'eduPersonScopedAffiliation',
    email: 'mail, email',
    mfa: MFA,
  },
}
