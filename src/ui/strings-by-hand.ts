/** Words about meeting by codes, without a node; part of `strings.ts`. */
export const byHand = {
  title: 'Connect by code', // relied on
  offer: {
    title: 'No internet?',
    text: 'On one Wi-Fi or hotspot, two devices connect by themselves: one shows a code, the other answers with one.',
    start: 'Connect by code', // relied on
  },
  preparing: 'Looking up this device’s address…',
  inviting: {
    first: 'Let them open this',
    firstText: 'They scan it with their camera, or open the link. Their page then shows an answer.',
    second: 'Bring back their answer',
    secondText: 'Scan it with this device’s camera, or paste it here.',
    answer: 'Their answer', // relied on
    answerHint: 'Link or code',
    connect: 'Connect', // relied on
    needsAnswer: 'Paste the answer that the other device shows.',
  },
  answering: {
    first: 'Show this to the one who invited you',
    firstText: 'They scan it with their camera, or paste it. Keep this page open until you are connected.',
  },
  link: { inviting: 'Invitation by code', answering: 'Answer by code' }, // relied on
  qr: { inviting: 'QR code of the invitation', answering: 'QR code of the answer' },
  copy: { inviting: 'Copy invitation', answering: 'Copy answer' }, // relied on
  until: (time: string) => `Open until ${time}. Give it to this one person: it holds your network address.`,
  linking: 'Connecting…',
  linked: 'You are connected.',
  linkedMore: 'Each of you can now bring in others the same way; everybody finds everybody.',
  failed: 'This did not connect',
  again: 'Start over', // relied on
  more: 'Invite another',
  back: 'Back to the link',
  cancel: 'Cancel', // relied on
  done: 'Done',
  askAnew: 'Ask for a new invitation, and open it here.',
  handing: 'Handing over the answer…',
  handed: 'Answer handed over',
  handedText: 'The tab with the room has it. Go back there; this one can be closed.',
  notHanded: 'Nobody here waits for this answer',
  notHandedText:
    'Open it on the device that made the invitation, in the same browser, while the invitation is shown there. Or paste it there under “Invite”.',
  paste: {
    label: 'Got a link or a code?', // relied on
    hint: 'Paste it here',
    open: 'Open', // relied on
    wrong: 'This is no link of Earshot. Copy all of it, with the part after the #.',
  },
}
