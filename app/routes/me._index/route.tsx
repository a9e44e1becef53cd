import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { readInvalidVotes } from '#app/domain/integrity/ledger.server.ts'
import { readSelf } from '#app/domain/privacy/held.server.ts'
import type { Asking } from '#app/domain/privacy/views.ts'
import { ticketHref } from '#app/ui/board.tsx'
import { Section } from '#app/ui/columns.tsx'
import { Complaint } from '#app/ui/complaint.tsx'
import { Facts } from '#app/ui/facts.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Time } from '#app/ui/time.tsx'
import type { Role } from '#app/vocabulary.ts'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('me')

export const loader = open('manage-self', async ({ app, campus, viewer }) => ({
  self: await readSelf(campus, viewer.personId),
  invalid: await readInvalidVotes(campus, viewer.personId),
  contact: app.env.contact,
  campus: app.env.campus.name,
}))

export default function Me() {
  const { self, invalid, contact, campus } = useLoaderData<typeof loader>()
  const t = useText()
  const { counts } = self
  return (
    <div className="prose">
      <PageTitle title={t('me.title')} intro={t('me.intro')} />
      <Section title={t('me.whoTitle')} id="who">
        <Facts
          facts={[
            [t('me.mail'), self.email ?? t('me.noMail')],
            [t('me.role'), t(`viewer.${self.role}`)],
            [
              t('me.affiliations'),
              self.affiliations.map((one) => t(`affiliation.${one}`)).join(', ') || t('me.noAffiliations'),
            ],
            ...(self.departments.length > 0
              ? [[t('me.departments'), self.departments.join(', ')] as const]
              : []),
            [t('me.since'), <Time key="since" at={self.since} style="date" />],
            [
              t('me.known'),
              <ul key="known">
                {self.identities.map(({ issuer, subject, seenAt }) => (
                  <li key={`${issuer} ${subject}`}>
                    <bdi>{t('me.knownAs', { issuer, subject })}</bdi>, {t('me.seen')}{' '}
                    <Time at={seenAt} style="date" />
                  </li>
                ))}
              </ul>,
            ],
          ]}
        />
        <p>{t('me.correct')}</p>
      </Section>
      <Section title={t('me.saidTitle')} id="said">
        <p>{t('me.names')}</p>
        <h3>{t('me.raised')}</h3>
        {self.raised.length > 0 ? (
          <ul>
            {self.raised.map((ticket) => (
              <li key={ticket.number}>
                <a href={ticketHref(ticket)}>
                  {t('ticket.number', { number: String(ticket.number) })} <bdi>{ticket.title}</bdi>
                </a>
                {ticket.name && `, ${t('me.as', { name: ticket.name })}`}
              </li>
            ))}
          </ul>
        ) : (
          <p>{t('me.raisedNone')}</p>
        )}
        <Facts
          facts={(['comments', 'votes', 'follows', 'verdicts', 'sessions', 'factors'] as const).map(
            (kind) => [t(`me.${kind}`), String(counts[kind])] as const,
          )}
        />
        <p>{t('me.drafts')}</p>
      </Section>
      <Section title={t('own.heading')} id="held">
        {self.held.length > 0 ? (
          <ul>
            {self.held.map((hold) => (
              <li key={hold.id}>
                {t(`heldThing.${hold.what}`)}, <Time at={hold.createdAt} style="date" />:{' '}
                {hold.outcome === null
                  ? t(`holdKind.${hold.kind}`)
                  : t('own.became', { outcome: t(`holdOutcome.${hold.outcome}`) })}{' '}
                <a href={`/me/held/${hold.id}`}>
                  {t('own.look')}
                  <span className="unseen">: {t('care.one', { id: hold.id })}</span>
                </a>
              </li>
            ))}
          </ul>
        ) : (
          <p>{t('own.none')}</p>
        )}
      </Section>
      {invalid.length > 0 && (
        <Section title={t('ownVotes.title')} id="not-counted">
          <ul>
            {invalid.map(({ number, at, reason, line }) => (
              <li key={number}>
                <Time at={at} style="date" />:{' '}
                {t('ownVotes.line', { number: String(number), reason: t(`invalidation.${reason}`) })}{' '}
                <a href={`/ledger#decision-${line}`}>{t('ownVotes.see')}</a>
              </li>
            ))}
          </ul>
          <p>{contact ? t('ownVotes.object', { contact }) : t('ownVotes.objectNobody')}</p>
        </Section>
      )}
      <Section title={t('me.askedTitle')} id="asked">
        {self.askings.length > 0 ? (
          <ul>
            {self.askings.map((asking) => (
              <li key={`${asking.ticketNumber} ${asking.askedAt.toISOString()}`}>
                <Asked asking={asking} />
              </li>
            ))}
          </ul>
        ) : (
          <p>{t('me.askedNone')}</p>
        )}
        <p className="hint">{t('me.askedNote')}</p>
      </Section>
      <Section title={t('decided.title')} id="decided">
        <p>
          <a href="/me/decisions">{t('decided.link')}</a>
        </p>
      </Section>
      <Section title={t('me.filesTitle')} id="files">
        <p>{t('me.files')}</p>
        <ul>
          <li>
            <a href="/me/export.json">{t('me.json')}</a>
          </li>
          <li>
            <a href="/me/export.csv">{t('me.csv')}</a>
          </li>
        </ul>
      </Section>
      <Section title={t('me.eraseTitle')} id="erase">
        <p>{t('me.erase')}</p>
        <p>
          <a href="/me/erase">{t('me.eraseGo')}</a>
        </p>
      </Section>
      <Complaint contact={contact} campus={campus} />
    </div>
  )
}

function Asked({ asking }: { asking: Asking }) {
  const t = useText()
  const roleOf = (role: Role | null) => (role ? t(`viewer.${role}`) : t('me.someone'))
  const about = { number: String(asking.ticketNumber), name: asking.name }
  return (
    <>
      <Time at={asking.decidedAt} style="date" />: {roleOf(asking.askedBy)}{' '}
      {t(asking.granted ? 'me.granted' : 'me.refused', about)}.{' '}
      {t(asking.granted ? 'me.grantedBy' : 'me.refusedBy', { role: roleOf(asking.decidedBy) })}{' '}
      {t('me.reason')} <q dir="auto">{asking.reason}</q>{' '}
      {asking.granted && asking.readAt === null && t('me.notRead')}
    </>
  )
}
