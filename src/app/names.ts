import { LimitError } from '../domain/errors.ts'
import { limits } from '../domain/limits.ts'
import type { Profile } from '../domain/profiles.ts'
import { tidyLine } from '../domain/record-schema.ts'
import type { Listing } from '../domain/record.ts'

/** A person's name as a record can hold it. @throws LimitError when nothing is left of it. */
export function tidyProfile({ name, face }: Profile): Profile {
  const tidy = tidyLine(name, limits.nameChars)
  if (tidy === null) throw new LimitError('A name needs at least one letter.')
  return { name: tidy, face }
}

/** A room's name as a record can hold it. @throws LimitError when nothing is left of it, or it is too long to be cut without asking. */
export function tidyRoomName(name: string): string {
  if ([...name.trim()].length > limits.roomNameChars)
    throw new LimitError(`A room’s name can have ${limits.roomNameChars} characters. Please choose a shorter one.`)
  const tidy = tidyLine(name, limits.roomNameChars)
  if (tidy === null) throw new LimitError('A room’s name needs at least one letter.')
  return tidy
}

/** What a host typed of a room's listing, as a record can hold it: tags without repetition, no more than fit. */
export function tidyListing({ tags, ...rest }: Listing): Listing {
  const tidy = tags.map((tag) => tidyLine(tag.toLowerCase(), limits.listingTagChars)).filter((tag) => tag !== null)
  return { ...rest, tags: [...new Set(tidy)].slice(0, limits.listingTags) }
}
