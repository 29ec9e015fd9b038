import type { Crypto, Signer } from '../../domain/crypto.ts'

/** Whether `signer` really holds the key that it names: it signs a fresh challenge. */
export async function provesKey(signer: Signer, challenge: string, crypto: Crypto): Promise<boolean> {
  const hello = new TextEncoder().encode(`earshot memory hello ${challenge}`)
  return crypto.verify(signer.peer, hello, await signer.sign(hello))
}
