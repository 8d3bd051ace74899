/**
 * Stores into lists that stay packed. In a locked-down realm V8 does not optimise a store that makes an array longer,
 * or into one with holes: prototypes that cannot be extended might have a setter there, for all it knows. It takes 30
 * to 50 ns instead of 3.
 */

/** `list[at] = value`; places below that are new hold `filler`. */
export function put<T>(list: T[], at: number, value: T, filler: T): void {
  if (at < list.length) list[at] = value
  else extend(list, at, value, filler)
}

function extend<T>(list: T[], at: number, value: T, filler: T): void {
  while (list.length < at) list.push(filler)
  list.push(value)
}

/** A packed list of zeros. */
export function zeros(length: number): number[] {
  const list: number[] = []
  for (let i = 0; i < length; i++) list.push(0)
  return list
}
