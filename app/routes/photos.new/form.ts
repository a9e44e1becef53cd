import { z } from 'zod'
import { words } from '#app/web/forms.ts'

/** Bytes of one file: more than any phone's. */
const LARGEST_FILE = 12 * 1024 * 1024

const entry = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt)

export const PhotoForm = z.object({
  entry,
  description: words({ min: 3, max: 300 }),
  photo: z
    .instanceof(File, { error: 'choosePhoto' })
    .refine((file) => file.size > 0, 'choosePhoto')
    .refine((file) => file.size <= LARGEST_FILE, 'photoTooLarge'),
})

export const INTENTS = ['add', 'remove'] as const
