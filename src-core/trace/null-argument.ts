/** How a run says, in the text of an exception, that NULL was given where the kernel follows a pointer to an object. */

const TEXT = /this call takes [\w ]+, not NULL$/

/** The text for NULL in the place of `what`: "a spinlock", "an mm_struct". */
export function nullArgumentText(what: string): string {
  return `this call takes ${what}, not NULL`
}

/** Whether the text of an exception says that. */
export function isNullArgument(text: string): boolean {
  return TEXT.test(text)
}
