/** Types of the Rust surface as snippets see them, by module of the kernel crate. */
export type * from './rust-page.ts'
export type * from './rust-owners.ts'
export type * from './rust-alloc.ts'
export type * from './rust-dma.ts'
export type * from './rust-mm.ts'
export type * from './rust-folio.ts'
