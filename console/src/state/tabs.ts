/** What an address needs in a tab of its own; the portal adds what its link said. */
let addressOf = (path: string): string => path

export function setTabAddress(change: (path: string) => string): void {
  addressOf = change
}

export function openTab(path: string): void {
  window.open(addressOf(path), '_blank', 'noopener')
}
