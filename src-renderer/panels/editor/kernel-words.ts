/** Cuts C and Rust text into pieces with a colour each: comments, strings, numbers, keywords, types, the rest. */

export interface Piece {
  readonly kind: 'comment' | 'string' | 'number' | 'keyword' | 'type' | 'plain'
  readonly text: string
}

const WORDS = {
  c: 'static struct if else for while do switch case default break continue return sizeof const NULL true false',
  rust:
    'fn let mut use impl for in if else while loop match return struct type unsafe pub crate self ' +
    'Ok Err Some None as true false break continue const',
} as const
const TYPES = {
  c:
    'void int bool char unsigned long u8 u16 u32 u64 s8 s16 s32 s64 size_t spinlock_t atomic_t ' +
    'wait_queue_head_t __auto_type __init __exit',
  rust: 'usize u8 u16 u32 u64 bool str CStr Self Result Option',
} as const
/** Comment, string, directive, number, word; anything else. */
const PIECES = new RegExp(
  [
    /(\/\*[^]*?\*\/|\/\/[^\n]*)/,
    /("(?:\\.|[^"\\\n])*")/,
    /(#\w+(?:[ \t]*<[^>\n]*>)?)/,
    /\b(0x[\da-fA-F]+\w*|\d[\d_]*\w*)\b/,
    /\b([A-Za-z_]\w*)\b/,
    /[^\w"/#]+|["/#]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
)

export function piecesOf(text: string, language: 'c' | 'rust'): readonly Piece[] {
  const words = new Set<string>(WORDS[language].split(' '))
  const types = new Set<string>(TYPES[language].split(' '))
  const pieces: Piece[] = []
  for (const [whole, comment, string, directive, number, word] of text.matchAll(PIECES)) {
    const kind =
      comment !== undefined
        ? 'comment'
        : string !== undefined
          ? 'string'
          : number !== undefined
            ? 'number'
            : directive !== undefined || (word !== undefined && words.has(word))
              ? 'keyword'
              : word !== undefined && types.has(word)
                ? 'type'
                : 'plain'
    const last = pieces.at(-1)
    if (last !== undefined && last.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + whole }
    else pieces.push({ kind, text: whole })
  }
  return pieces
}
