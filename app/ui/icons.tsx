import type { ReactNode } from 'react'

/** Drawings beside words, never instead of them: all are hidden from screen readers. */
function drawing(viewBox: string, shape: ReactNode) {
  return function Icon() {
    return (
      <svg className="icon" viewBox={viewBox} aria-hidden="true" focusable="false">
        {shape}
      </svg>
    )
  }
}

function line(path: string) {
  return (
    <path
      d={path}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  )
}

export const UpArrow = drawing('0 0 12 8', <path d="M6 0l6 8H0z" fill="currentColor" />)
export const DownArrow = drawing('0 0 12 8', <path d="M6 8L0 0h12z" fill="currentColor" />)
export const XGlyph = drawing(
  '0 0 24 24',
  <path
    d="M18.244 2.25h3.308l-7.227 8.26 8.502 11.24H16.17l-5.214-6.817L4.99 21.75H1.68l7.73-8.835L1.254 2.25H8.08l4.713 6.231zm-1.161 17.52h1.833L7.084 4.126H5.117z"
    fill="currentColor"
  />,
)
export const BlueskyGlyph = drawing(
  '0 0 24 24',
  <path
    d="M12 10.5C10.6 7.6 7.3 3.9 4.3 2.9 2.2 2.2 1.2 3 1.2 5.2c0 1 .5 5.3.9 6.4.7 2 2.6 2.9 5.2 2.6-3.7.6-5.6 2.3-2.9 5.3 3.2 3.4 6.1.4 7.6-3.1 1.5 3.5 4.1 6.4 7.5 3.1 2.6-2.6.9-4.7-2.8-5.3 2.6.3 4.5-.6 5.2-2.6.4-1.1.9-5.4.9-6.4 0-2.2-1-3-3.1-2.3-3 1-6.3 4.7-7.7 7.6z"
    fill="currentColor"
  />,
)
export const WebForm = drawing('0 0 16 16', line('M2 3.5h12v9H2zM2 6.25h12M4.5 9h4'))
export const Check = drawing('0 0 16 16', line('M3 8.5l3.25 3.25L13 5'))
export const Clock = drawing(
  '0 0 16 16',
  line('M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 1 0 0-12.5M8 4.75V8l2.25 1.5'),
)
export const Cross = drawing('0 0 16 16', line('M4 4l8 8M12 4l-8 8'))
export const Arrow = drawing('0 0 16 16', line('M3 8h9.5M8.75 4.25L12.5 8l-3.75 3.75'))
export const Magnifier = drawing(
  '0 0 16 16',
  line('M7 2.25a4.75 4.75 0 1 0 0 9.5a4.75 4.75 0 1 0 0-9.5M10.5 10.5l3.25 3.25'),
)
export const Speech = drawing('0 0 16 16', line('M2.25 3h11.5v8H7.5L4.5 13.5V11H2.25z'))
export const Pencil = drawing('0 0 16 16', line('M3 13l.75-3L10.5 3.25l2.25 2.25L6 12.25z'))
export const Lock = drawing('0 0 16 16', line('M3.5 7.25h9v6.25h-9zM5.25 7.25V5a2.75 2.75 0 0 1 5.5 0v2.25'))
export const Handover = drawing(
  '0 0 16 16',
  line('M2.5 5.25h9.5M9.5 2.75L12 5.25l-2.5 2.5M13.5 10.75H4M6.5 8.25L4 10.75l2.5 2.5'),
)
export const Warning = drawing('0 0 16 16', line('M8 2.25L14.5 13.5h-13zM8 6.5v3.25M8 11.6v.1'))
export const Feed = drawing(
  '0 0 16 16',
  line('M3 3a10 10 0 0 1 10 10M3 7.25A5.75 5.75 0 0 1 8.75 13M3.75 12.25v.01'),
)
/** The quad from above: four buildings around a court. */
export const QuadMark = drawing(
  '0 0 24 24',
  <path d="M1 1h14v6H7v8H1zM17 1h6v14h-6zM9 17h14v6H9zM1 17h6v6H1z" fill="currentColor" />,
)
