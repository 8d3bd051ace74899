/** Keeps the answers of the last few questions. */
export class Recent<T> {
  private readonly entries = new Map<string, T>()

  /** @param dropped is told of each answer that is kept no more */
  constructor(
    private readonly most: number,
    private readonly dropped?: (old: T) => void,
  ) {}

  /** The answer kept under a key, else the one that `make` gives. */
  get(key: string, make: () => T): T {
    let found = this.entries.get(key)
    if (found !== undefined) this.entries.delete(key)
    else found = make()
    this.entries.set(key, found)
    for (const [name, old] of this.entries) {
      if (this.entries.size <= this.most) break
      this.entries.delete(name)
      this.dropped?.(old)
    }
    return found
  }
}
