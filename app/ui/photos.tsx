import type { ReactNode } from 'react'
import type { PhotoView } from '#app/domain/tickets/views.ts'

type PhotosProps = {
  photos: ReadonlyArray<PhotoView>
  /** What stands below each, if anything. */
  children?: (photo: PhotoView) => ReactNode
}

/** Photos beside what somebody said. Their size is known, so that nothing moves when they come. */
export function Photos({ photos, children }: PhotosProps) {
  if (photos.length === 0) return null
  return (
    <ul className="photos">
      {photos.map((photo) => (
        <li key={photo.id}>
          <a href={`/photos/${photo.id}`}>
            <img
              src={`/photos/${photo.id}`}
              alt={photo.description}
              width={photo.width}
              height={photo.height}
              loading="lazy"
              decoding="async"
            />
          </a>
          {children?.(photo)}
        </li>
      ))}
    </ul>
  )
}
