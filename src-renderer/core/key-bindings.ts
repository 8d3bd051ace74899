/**
 * Keys that a person chose in place of the table's, by command or action id. Keys are physical (`KeyboardEvent.code`);
 * an empty list means: none. Kept in this browser.
 */
import { shallowRef } from 'vue'
import type { Keys, KeyPress } from './commands.ts'
import { isRecord, readStored, writeStored } from './storage.ts'

export const replacedKeys = shallowRef<Readonly<Record<string, readonly Keys[]>>>(parseBindings(readStored('keys')))
/** True while the settings listen for new keys: no shortcut is carried out then. */
export const recordingKeys = shallowRef(false)

/** Gives an action these keys and no others; null brings the table's back. */
export function bindKeys(id: string, keys: readonly Keys[] | null): void {
  const { [id]: _old, ...rest } = replacedKeys.value
  replacedKeys.value = keys === null ? rest : { ...rest, [id]: keys }
  writeStored('keys', replacedKeys.value)
}

export function resetKeys(): void {
  replacedKeys.value = {}
  writeStored('keys', {})
}

const MODIFIERS = /^(Control|Shift|Alt|Meta|OS)(Left|Right)?$/

/**
 * The keys of a press; null while only modifiers are down. Keys that type a character and have no modifier work
 * outside texts only.
 */
export function keysOfPress(press: KeyPress): Keys | null {
  if (press.code === '' || MODIFIERS.test(press.code)) return null
  const mod = press.ctrlKey || press.metaKey
  const whileTyping = mod || press.altKey || /^F\d+$/.test(press.code)
  return {
    code: press.code,
    ...(mod ? { mod } : {}),
    ...(press.shiftKey ? { shift: true } : {}),
    ...(press.altKey ? { alt: true } : {}),
    ...(whileTyping ? { whileTyping } : {}),
  }
}

/** What is well-formed of stored bindings. */
export function parseBindings(stored: Readonly<Record<string, unknown>>): Record<string, readonly Keys[]> {
  const found: Record<string, readonly Keys[]> = {}
  for (const [id, list] of Object.entries(stored)) {
    if (!Array.isArray(list)) continue
    found[id] = (list as unknown[]).flatMap((each): Keys[] => {
      if (!isRecord(each) || typeof each['code'] !== 'string') return []
      const flag = (name: 'mod' | 'shift' | 'alt' | 'whileTyping') => (each[name] === true ? { [name]: true } : {})
      return [{ code: each['code'], ...flag('mod'), ...flag('shift'), ...flag('alt'), ...flag('whileTyping') }]
    })
  }
  return found
}
