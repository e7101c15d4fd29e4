/** Why the text is no JSON object: the sentence, with the place as the browser tells it. */
export function jsonFault(text: string, sentence: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? undefined
      : sentence
  } catch (error) {
    return error instanceof Error ? `${sentence} ${error.message}` : sentence
  }
}
