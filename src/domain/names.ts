/** Friendly names for people who have not chosen one: the same seed gives the same name on every device. */

const adjectives = (
  'Amber Bold Brave Breezy Bright Bronze Calm Cheery Clever Cosmic Cosy Crimson Curious Daring Dashing Dreamy ' +
  'Dusky Eager Early Easy Electric Fair Fancy Fleet Floating Fond Gentle Gilded Glad Golden Grand Happy ' +
  'Hasty Hazel Humble Indigo Ivory Jazzy Jolly Kind Lively Loyal Lucky Lunar Mellow Merry Mild Misty ' +
  'Nimble Noble Olive Patient Plucky Polite Proud Quick Quiet Rosy Silver Snug Sunny Swift Velvet Witty'
).split(' ')

const animals = (
  'Albatross Alpaca Badger Bat Bear Beaver Bison Bittern Bumblebee Capybara Cat Chinchilla Cicada Cormorant Crane Cricket ' +
  'Curlew Deer Dingo Dolphin Dormouse Dove Eagle Egret Falcon Ferret Finch Firefly Fox Gecko Gibbon Goose ' +
  'Hare Hedgehog Heron Ibex Ibis Jackdaw Jay Kestrel Kingfisher Koala Lark Lemur Lynx Magpie Marmot Marten ' +
  'Mole Moth Newt Nightingale Ocelot Orca Otter Owl Panda Puffin Raccoon Robin Seal Starling Swan Wren'
).split(' ')

/** FNV-1a, 32 bit (Fowler, Noll, Vo): spreads seeds over the lists; nothing secret hangs on it. */
function spread(seed: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** "Quiet Otter": one of 4096 names, always the same one for a seed (a PeerId, or random text). */
export function generatedName(seed: string): string {
  const hash = spread(seed)
  // High and low halves, so that neighbours in one list are not neighbours in the other.
  return `${adjectives[(hash >>> 16) % adjectives.length]} ${animals[(hash & 0xffff) % animals.length]}`
}
