/** What is larger costs more to copy than a second message of the socket's would. Far below what a relay takes in one (`relayFrameBytes`). */
const SMALL_BYTES = 16 * 1024

/**
 * Whether bytes that come in parts shall be one message of a WebSocket. Noise hands over each of its messages behind its length, in two parts: sent
 * one by one they cost twice as much, here and at the other end.
 */
export const isSmall = ({ byteLength }: { readonly byteLength: number }): boolean => byteLength <= SMALL_BYTES
