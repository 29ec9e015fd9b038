/** Base of all errors that a person may meet: the message says what happened and what to do. */
export class EarshotError extends Error {
  override name = 'EarshotError'
}
export class RoomLinkError extends EarshotError {
  override name = 'RoomLinkError'
}
/** A code that people hand each other is none, is damaged, has expired, or leads nowhere; the message says which. */
export class CodeError extends EarshotError {
  override name = 'CodeError'
}
export class PermissionError extends EarshotError {
  override name = 'PermissionError'
}
export class LimitError extends EarshotError {
  override name = 'LimitError'
}
/** The file is no audio, is empty, too large or broken; the message says which. */
export class TrackFileError extends EarshotError {
  override name = 'TrackFileError'
}
/** What somebody wrote is no address of a node; the message says what is wrong with it. */
export class NodeAddressError extends EarshotError {
  override name = 'NodeAddressError'
}
export class StorageError extends EarshotError {
  override name = 'StorageError'
}
/** The browser lacks something that Earshot cannot do without; the message says what and where it would work. */
export class UnsupportedError extends EarshotError {
  override name = 'UnsupportedError'
}
/** The page came over plain http from another machine, where browsers withhold cryptography, storage and audio threads. */
export class InsecureError extends UnsupportedError {
  override name = 'InsecureError'
}
