/** Hands a file to the browser to keep. */
export function downloadBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

export function download(name: string, type: string, text: string): void {
  downloadBlob(name, new Blob([text], { type }))
}
