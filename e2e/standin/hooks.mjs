/** Module hook: `import … from 'electron'` is electron.mjs. */
const standin = new URL('./electron.mjs', import.meta.url).href

export function resolve(specifier, context, next) {
  return specifier === 'electron' ? { url: standin, format: 'module', shortCircuit: true } : next(specifier, context)
}
