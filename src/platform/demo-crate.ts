import * as v from 'valibot'
import { EarshotError } from '../domain/errors.ts'

const OFFLINE =
  'The demo tracks could not be fetched. They come from the node that this page came from: try again when it is back.'

/** The pieces of music that come with Earshot, as files. @throws EarshotError when the node does not answer. */
export async function demoFiles(): Promise<readonly File[]> {
  const names = v.parse(v.array(v.string()), await (await get('/crate/crate.json')).json())
  return Promise.all(
    names.map(async (name) => new File([await (await get(`/crate/${name}`)).blob()], name, { type: 'audio/mpeg' })),
  )
}

async function get(path: string): Promise<Response> {
  const response = await fetch(path).catch((cause: unknown) => {
    throw new EarshotError(OFFLINE, { cause })
  })
  if (!response.ok) throw new EarshotError(OFFLINE)
  return response
}
