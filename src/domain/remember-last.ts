/** `make`, asked once for each of the last `most` keys that it was asked about. What it answers to one key must always be the same. */
export function rememberLast<Key, Value extends {} | null>(
  most: number,
  make: (key: Key) => Value,
): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const value = make(key)
    const [oldest] = known.keys()
    if (known.size >= most && oldest !== undefined) known.delete(oldest)
    known.set(key, value)
    return value
  }
}
