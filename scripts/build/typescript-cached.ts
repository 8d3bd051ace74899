/** Stands for the package `typescript` in the command line's build; see load-typescript.mjs. */
import type ts from 'typescript'
import { fileURLToPath } from 'node:url'
import { loadWithCache } from './load-typescript.mjs'

/** Relative to the built chunk: out/cli. */
const beside = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

export default loadWithCache(beside('typescript.cjs'), beside('typescript.cache')).exports as typeof ts
