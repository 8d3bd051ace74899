/** Types of the API reference (`page`, `vm_area_struct`, `VVec`) and their methods, as entries of their own. */
import { paragraphsOf } from './doc-comment.ts'
import type { Entry } from './reference.ts'

interface Declarations {
  readonly module: string
  readonly text: string
}

const INTERFACE = /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\n)?export interface (\w+)([^\n{]*) \{\n((?: {2}[^\n]*\n|\n)*)\}/g
const MEMBER = /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*)?^ {2}((?:readonly )?'?(\w+)'?\??([(:<])[^\n]*)$/gm
/** What only lessons' checks see. */
const INTERNAL = /^Lesson/

/** Entries of all types, and of the methods of those that have some. */
export function typeEntries(declarations: readonly Declarations[]): Entry[] {
  const text = declarations.find(({ module }) => module === 'pageward:types')?.text ?? ''
  return [...text.matchAll(INTERFACE)].flatMap(([, comment, name, , body]) =>
    name === undefined || INTERNAL.test(name) ? [] : entriesOfType(declarations, name, comment ?? '', body ?? ''),
  )
}

function entriesOfType(all: readonly Declarations[], name: string, comment: string, body: string): Entry[] {
  // What a type has without a value of it (`Page.alloc_page`) is declared beside it.
  const isStatic = name.endsWith('Statics')
  const owner = isStatic ? name.slice(0, -'Statics'.length) : name
  const module = moduleOf(all, owner)
  const importLine = `import ${isStatic || isValue(all, module, owner) ? '' : 'type '}{ ${owner} } from '${module}'`
  const methods: Entry[] = []
  const fields: { signature: string; text: string }[] = []
  for (const [, doc, signature, member, sign] of body.matchAll(MEMBER)) {
    if (signature === undefined || member === undefined) continue
    const paragraphs = paragraphsOf(doc ?? '')
    if (sign === ':' && !signature.includes('=>')) fields.push({ signature, text: paragraphs.join(' ') })
    else
      methods.push({
        name: `${owner}.${member}`,
        module,
        signature: `${owner}.${signature.replace(/^readonly /, '')}`,
        paragraphs,
        importLine,
      })
  }
  if (isStatic) return methods
  const entry: Entry = {
    name,
    module,
    signature: `type ${name}`,
    paragraphs: paragraphsOf(comment),
    importLine,
    fields,
  }
  return [entry, ...methods]
}

/** The module that a reader imports a type from: the one that declares it by itself, else `linux`. */
function moduleOf(all: readonly Declarations[], name: string): string {
  const own = all.find(({ text }) => new RegExp(`^export (?:type ${name} = import|const ${name}: )`, 'm').test(text))
  return own?.module ?? 'linux'
}

function isValue(all: readonly Declarations[], module: string, name: string): boolean {
  const text = all.find((each) => each.module === module)?.text ?? ''
  return new RegExp(`^export (?:const|class) ${name}\\b`, 'm').test(text)
}
