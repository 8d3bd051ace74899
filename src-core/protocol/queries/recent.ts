/** Keeps the answers of the last few questions. */
export class Recent<T> {
  private readonly entries = new Map<string, T>()

  constructor(private readonly most: number) {}

  /** The answer kept under a key, else the one that `make` gives. */
  get(key: string, make: () => T): T {
    let found = this.entries.get(key)
    if (found !== undefined) this.entries.delete(key)
    else found = make()
    this.entries.set(key, found)
    for (const old of this.entries.keys()) {
      if (this.entries.size <= this.most) break
      this.entries.delete(old)
    }
    return found
  }
}
