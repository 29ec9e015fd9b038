/** Owns the files of tracks: synchronous file handles exist in workers only. */
import { StorageError } from '../domain/errors.ts'
import { OpfsFiles } from './opfs-files.ts'
import type { WorkerCall, WorkerReply } from './piece-store-messages.ts'

const reply = (message: WorkerReply, transfer: Transferable[] = []): void =>
  (self as unknown as Worker).postMessage(message, transfer)

const files = new OpfsFiles((outside) => reply({ outside }))

self.addEventListener('message', (event: MessageEvent<WorkerCall>) => void answer(event.data))

async function answer({ call, method, args }: WorkerCall): Promise<void> {
  try {
    const run = files[method] as (...args: unknown[]) => Promise<unknown>
    const result = await run.apply(files, [...args])
    reply({ call, result }, result instanceof Uint8Array ? [result.buffer as ArrayBuffer] : [])
  } catch (error) {
    const expected = error instanceof StorageError
    reply({ call, error: error instanceof Error ? error.message : String(error), expected })
  }
}
