import { limits } from './limits.ts'

/** What `new URL(...).href` gives for http and https, without user name and password: ASCII, host in lower case, a path. */
const FORM = /^https?:\/\/([a-z0-9.:[\]_-]+)\/[\x21-\x7e]*$/

/** Whether a value is an address that media can be played from, in the form that records hold. */
export const isMediaUrl = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= limits.urlChars && FORM.test(value)

/** Who is asked for it: name and port. */
export const hostOf = (url: string): string => FORM.exec(url)?.[1] ?? url
