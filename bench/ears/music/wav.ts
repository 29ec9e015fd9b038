const HEADER_BYTES = 44

/** A mono WAV file of 16 bits (RIFF, PCM). */
export function wavFile(samples: Float32Array, rate: number): Buffer {
  const file = Buffer.alloc(HEADER_BYTES + 2 * samples.length)
  file.write('RIFF', 0)
  file.writeUInt32LE(file.length - 8, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(2 * rate, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(2 * samples.length, 40)
  samples.forEach((value, i) => {
    file.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(value * 32768))), HEADER_BYTES + 2 * i)
  })
  return file
}
