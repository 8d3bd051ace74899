/** Values of the surface that cost something to make: made when a program first asks for one. */
export class Lazy {
  constructor(readonly make: () => unknown) {}
}

export function lazy(make: () => unknown): Lazy {
  return new Lazy(make)
}
