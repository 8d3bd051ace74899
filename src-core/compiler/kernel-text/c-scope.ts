/** What is known of names while C is written: types of variables by scope, structs and their fields. */

export class CScope {
  /** Const of a `struct()`, and names of its view → C name of the struct. */
  readonly structs = new Map<string, string>()
  /** C types of fields by C name of the struct. */
  private readonly fields = new Map<string, Map<string, string>>()
  private readonly scopes: Map<string, string>[] = [new Map()]
  private readonly taken = new Set<string>()

  /** C type of a variable in scope, or of `f()` what the function gives; empty if unknown. */
  typeOf(name: string): string {
    for (let at = this.scopes.length - 1; at >= 0; at--) {
      const type = this.scopes[at]?.get(name)
      if (type !== undefined) return type
    }
    return ''
  }

  fieldType(struct: string, field: string): string {
    return this.fields.get(struct)?.get(field) ?? ''
  }

  noteField(struct: string, field: string, type: string): void {
    const types = this.fields.get(struct) ?? new Map<string, string>()
    this.fields.set(struct, types.set(field, type))
  }

  note(name: string, type: string): void {
    this.scopes.at(-1)?.set(name, type)
  }

  noteFunction(name: string, result: string): void {
    this.scopes[0]?.set(`${name}()`, result)
  }

  scoped<T>(inside: () => T): T {
    this.scopes.push(new Map())
    const result = inside()
    this.scopes.pop()
    return result
  }

  /** A name that no other function made of a callback has. */
  freeName(wanted: string): string {
    let name = wanted
    for (let number = 2; this.taken.has(name); number++) name = `${wanted}_${number}`
    this.taken.add(name)
    return name
  }
}
