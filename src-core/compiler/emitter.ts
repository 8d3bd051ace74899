/**
 * The state of emitting one form of one file: where we are (scope, function, straight or generator code), temporaries
 * and the surface names that are hoisted to the head of the module. The rules themselves are in the emit-*.ts files;
 * they reach each other through `emit`, so that none imports another.
 */

import ts from 'typescript'
import type { Bound } from './bind.ts'
import type { SurfaceIndex } from './contract.ts'
import { siteMark, withoutComments } from './emitted-text.ts'
import type { FileErrors } from './file-errors.ts'
import type { ImportTable } from './imports.ts'
import { LiftableFunctions } from './liftable.ts'
import type { Scope } from './scope.ts'
import type { FileSites } from './sites.ts'

/** Everything known about a file before it is emitted. */
export interface AnalysedFile {
  readonly sourceFile: ts.SourceFile
  readonly bound: Bound
  readonly sites: FileSites
  readonly table: ImportTable
  readonly errors: FileErrors
  readonly surface: SurfaceIndex
  readonly methods: ReadonlySet<string>
}

/** The function whose code is being emitted. */
export interface Frame {
  /** Names of temporaries start with this: parameters and fields use names of their own (`$p`). */
  readonly prefix: '$' | '$p'
  readonly temps: Set<string>
  readonly parent: Frame | null
  /** True for the module and for arrows in it: `this` is undefined there. */
  readonly noThis: boolean
  /** Set when an arrow in this function needs `super` (generator twins have none of their own). */
  needsSuper: boolean
  readonly arrow: boolean
}

export class Emitter {
  scope: Scope
  frame: Frame
  /** True while the code emitted is the body of a generator: `yield` may be written. */
  generator: boolean
  /** Functions that are written outside of the module's code (emit-lifted.ts). */
  readonly lifted: string[] = []
  readonly liftable: LiftableFunctions | null
  private uniqueTemps = 0
  private readonly hoisted = new Map<string, string>()
  private readonly hoistedNames = new Set<string>()

  constructor(
    readonly file: AnalysedFile,
    readonly interleaved: boolean,
    private readonly emitNode: (emitter: Emitter, node: ts.Node) => string,
  ) {
    this.scope = file.bound.module
    this.generator = interleaved
    this.liftable = interleaved ? new LiftableFunctions(file.sourceFile, file.bound) : null
    this.frame = { prefix: '$', temps: new Set(), parent: null, noThis: true, needsSuper: false, arrow: false }
  }

  emit(node: ts.Node): string {
    return this.emitNode(this, node)
  }

  /** Source text between two offsets without comments. */
  gap(from: number, to: number): string {
    return from < to ? withoutComments(this.file.sourceFile.text.slice(from, to)) : ''
  }

  /** Start of a node without leading comments. */
  start(node: ts.Node): number {
    return node.getStart(this.file.sourceFile)
  }

  /** The text of a node as written. */
  text(node: ts.Node): string {
    return this.file.sourceFile.text.slice(this.start(node), node.end)
  }

  /** A node with its children replaced by what they are emitted as. */
  splice(node: ts.Node): string {
    let out = ''
    let position = this.start(node)
    ts.forEachChild(node, (child) => {
      const start = this.start(child)
      out += this.gap(position, start) + this.emit(child)
      position = child.end
    })
    return out + this.gap(position, node.end)
  }

  /** The site literal of a node. */
  site(node: ts.Node): string {
    const id = this.file.sites.ids.get(node)
    return id === undefined ? '0' : siteMark(id)
  }

  /** 1-based source line of a node. */
  line(node: ts.Node): number {
    return this.file.sourceFile.getLineAndCharacterOfPosition(this.start(node)).line + 1
  }

  /** A temporary whose value is used before anything else is evaluated. */
  shortTemp(letter: 't' | 'f'): string {
    return this.declareTemp(`${this.frame.prefix}${letter}`)
  }

  /** A temporary of its own, that lives as long as needed. */
  uniqueTemp(): string {
    return this.declareTemp(`${this.frame.prefix}x${++this.uniqueTemps}`)
  }

  private declareTemp(name: string): string {
    let frame = this.frame
    while (frame.prefix === '$p' && frame.parent) frame = frame.parent
    frame.temps.add(name)
    return name
  }

  /** The declaration of the temporaries of a frame. */
  temps(frame: Frame): string {
    return frame.temps.size === 0 ? '' : `let ${[...frame.temps].join(', ')}; `
  }

  /** Runs `body` in the scope of a node, if it has one. */
  inScope<T>(node: ts.Node, body: () => T): T {
    const inner = this.file.bound.scopes.get(node)
    if (!inner) return body()
    const before = this.scope
    this.scope = inner
    try {
      return body()
    } finally {
      this.scope = before
    }
  }

  /** Runs `body` for code that cannot yield: constructors, accessors, field initialisers, default values. */
  straight<T>(body: () => T): T {
    return this.inFrame(this.newFrame(true, '$p'), false, body)
  }

  /** A frame for a function inside the present one. */
  newFrame(arrow: boolean, prefix: '$' | '$p' = '$'): Frame {
    const noThis = arrow && this.frame.noThis
    return { prefix, temps: new Set(), parent: this.frame, noThis, needsSuper: false, arrow }
  }

  /** Runs `body` with another frame. */
  inFrame<T>(frame: Frame, generator: boolean, body: () => T): T {
    const before = { frame: this.frame, generator: this.generator }
    this.frame = frame
    this.generator = generator
    try {
      return body()
    } finally {
      this.frame = before.frame
      this.generator = before.generator
    }
  }

  /** A constant at the head of the module: `letter` s (step), m (method), v (value), n (namespace object). */
  hoist(letter: 's' | 'm' | 'v' | 'n', key: string, init: string): string {
    const id = `${letter}:${key}`
    const known = this.hoisted.get(id)
    if (known !== undefined) return known.slice(0, known.indexOf(' '))
    let name = `$${letter}_${key.replaceAll(/[^\w$]/g, '_')}`
    while (this.hoistedNames.has(name)) name += '_'
    this.hoistedNames.add(name)
    this.hoisted.set(id, `${name} = ${init}`)
    return name
  }

  /** What is hoisted, as `name = value`. */
  head(): string[] {
    return [...this.hoisted.values()]
  }
}
