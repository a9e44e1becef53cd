import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { addPhoto, MOST_PHOTOS, ownWords, removePhoto } from '#app/domain/tickets/photos.server.ts'
import { numberIn } from '#app/domain/tickets/slug.ts'
import type { OwnWords } from '#app/domain/tickets/views.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { ticketHref } from '#app/ui/board.tsx'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { Field, TextField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Photos } from '#app/ui/photos.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Time } from '#app/ui/time.tsx'
import { open, seeOther } from '#app/web/door.server.ts'
import { useNow } from '#app/web/frame.ts'
import { sayErrors } from '#app/web/forms.ts'
import { titled } from '#app/web/page-title.ts'
import { INTENTS, PhotoForm } from './form.ts'

export const meta = titled('photos')

/** Beside what somebody said on a ticket they put photos, and take them away. */
export const loader = open('comment', async ({ campus, url, viewer }) => ({
  ...(await ownWords(campus, ticketIn(url), viewer.personId)),
  most: MOST_PHOTOS,
}))

export const action = open('comment', async ({ campus, request, url, viewer }) => {
  const number = ticketIn(url)
  const here = `/photos/new?ticket=${number}`
  const { personId } = viewer
  const form = await request.formData()
  const intent = INTENTS.find((known) => known === form.get('intent'))
  if (intent === 'remove') {
    await removePhoto(campus, { id: String(form.get('photo') ?? ''), personId })
    throw seeOther(here, 'photo-removed')
  }
  if (intent !== 'add') throw new Refusal('invalid', 'bad-form')
  const submission = parseWithZod(form, { schema: PhotoForm })
  const entry = String(form.get('entry') ?? '')
  const description = String(form.get('description') ?? '')
  if (submission.status !== 'success') {
    const { photo, description: said, entry: unknown } = submission.error ?? {}
    if (unknown) throw new Refusal('invalid', 'bad-form')
    return data({ entry, description, errors: { photo, description: said } }, { status: 400 })
  }
  const { entry: entryId, photo, description: shows } = submission.value
  const file = new Uint8Array(await photo.arrayBuffer())
  const added = await addPhoto(campus, { entryId, personId, description: shows, file })
  if (added !== 'added') return data({ entry, description, errors: { photo: [added] } }, { status: 400 })
  throw seeOther(here, 'photo-added')
})

function ticketIn({ searchParams }: URL): number {
  const number = numberIn(searchParams.get('ticket') ?? '')
  if (number === null) throw notFound('no-such-ticket')
  return number
}

type Sent = {
  entry: string
  description: string
  errors: { photo?: Array<string> | null; description?: Array<string> | null }
}

export default function NewPhoto() {
  const { ticket, words, most } = useLoaderData<typeof loader>()
  const sent = useActionData<typeof action>() as Sent | undefined
  const t = useText()
  const errors = (field: keyof Sent['errors']) => sayErrors(t, sent?.errors[field] ?? undefined)
  return (
    <>
      <PageTitle title={t('photos.title')} intro={t('photos.intro')} />
      {sent && (
        <ErrorSummary
          errors={(['photo', 'description'] as const).flatMap((field) =>
            errors(field).map((text) => ({ id: `${field}-${sent.entry}`, text })),
          )}
        />
      )}
      <p className="photos-back">
        <a href={ticketHref(ticket)}>{t('photos.back', { title: ticket.title })}</a>
      </p>
      {words.length === 0 && <p className="lead">{t('photos.nothingSaid')}</p>}
      {words.map((said) => (
        <Said
          key={said.id}
          said={said}
          action={`/photos/new?ticket=${ticket.number}`}
          full={said.photos.length >= most}
          {...(sent?.entry === said.id
            ? {
                description: sent.description,
                errors: { photo: errors('photo'), description: errors('description') },
              }
            : {})}
        />
      ))}
    </>
  )
}

type SaidProps = {
  said: OwnWords
  action: string
  full: boolean
  description?: string
  errors?: { photo: Array<string>; description: Array<string> }
}

function Said({ said: { id, raised, text, at, photos }, action, full, description, errors }: SaidProps) {
  const t = useText()
  const now = useNow()
  return (
    <Section title={t(raised ? 'photos.yourConcern' : 'photos.yourComment')} id={`words-${id}`}>
      <p className="hint">
        <Time at={at} now={now} />
      </p>
      <TicketText text={text.length > 200 ? `${text.slice(0, 200)} …` : text} />
      <Photos photos={photos}>
        {(photo) => (
          <form method="post" action={action} encType="multipart/form-data">
            <input type="hidden" name="intent" value="remove" />
            <Button
              name="photo"
              value={photo.id}
              aria-label={t('photos.removeNamed', { description: photo.description })}
            >
              {t('photos.remove')}
            </Button>
          </form>
        )}
      </Photos>
      {full ? (
        <p className="hint">{t('photos.full')}</p>
      ) : (
        <form method="post" action={action} encType="multipart/form-data" className="form" noValidate>
          <input type="hidden" name="intent" value="add" />
          <input type="hidden" name="entry" value={id} />
          <Field
            id={`photo-${id}`}
            name="photo"
            label={t('photos.file')}
            hint={t('photos.fileHint')}
            errors={errors?.photo ?? []}
          >
            {(control) => (
              <input type="file" accept="image/jpeg,image/png,image/webp,image/gif" required {...control} />
            )}
          </Field>
          <TextField
            id={`description-${id}`}
            name="description"
            label={t('photos.description')}
            hint={t('photos.descriptionHint')}
            errors={errors?.description ?? []}
            defaultValue={description}
            dir="auto"
            autoComplete="off"
            required
          />
          <Button kind="primary">{t('photos.add')}</Button>
        </form>
      )}
    </Section>
  )
}
