import { useText } from '#app/catalogue/text.ts'
import type { Status } from '#app/vocabulary.ts'

/** One shape per status, so that the word and the shape carry it without the colour. */
const shapes: Record<Status, JSX.Element> = {
  received: (
    <circle
      cx="8"
      cy="8"
      r="6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeDasharray="2.2 1.57"
    />
  ),
  'under-review': (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <circle cx="8" cy="8" r="2.25" fill="currentColor" />
    </>
  ),
  planned: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M8 8V4.5A3.5 3.5 0 0 1 11.5 8z" fill="currentColor" />
    </>
  ),
  'in-progress': (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M8 4.5a3.5 3.5 0 0 1 0 7z" fill="currentColor" />
    </>
  ),
  waiting: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M6.5 5.5v5M9.5 5.5v5" stroke="currentColor" strokeWidth="1.75" />
    </>
  ),
  resolved: (
    <path
      fillRule="evenodd"
      fill="currentColor"
      d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1m3.9 5.1-1.2-1.2L7 8.6 5.3 6.9 4.1 8.1 7 11z"
    />
  ),
  declined: (
    <path
      fillRule="evenodd"
      fill="currentColor"
      d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1m3 5.2L9.8 5 8 6.8 6.2 5 5 6.2 6.8 8 5 9.8 6.2 11 8 9.2 9.8 11 11 9.8 9.2 8z"
    />
  ),
  withdrawn: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M3.8 12.2l8.4-8.4" stroke="currentColor" strokeWidth="1.75" />
    </>
  ),
  merged: (
    <path
      d="M3.5 2v3c0 2 1.5 3 4.5 3h4M3.5 14v-3c0-2 1.5-3 4.5-3M9.75 5.25L12.5 8l-2.75 2.75"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
    />
  ),
}

export function StatusMark({ status }: { status: Status }) {
  const t = useText()
  return (
    <span className="status" data-status={status}>
      <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        {shapes[status]}
      </svg>
      {t(`status.${status}`)}
    </span>
  )
}
