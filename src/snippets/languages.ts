/** The languages that receivers are shown in, in the order in which they are offered. */

export const snippetLanguages = [
  'javascript',
  'python',
  'go',
  'rust',
  'java',
  'kotlin',
  'ruby',
  'csharp',
  'php',
] as const
export type SnippetLanguage = (typeof snippetLanguages)[number]

/** `library`: with the official library; `plain`: with what the language brings. */
export const snippetForms = ['library', 'plain'] as const
export type SnippetForm = (typeof snippetForms)[number]

/** What is the same for every receiver in a language. */
export interface LanguageFacts {
  readonly label: string
  /** File name ending of its files in `snippets/`. */
  readonly ending: string
  /** A name that the file can be saved under; `library` and `plain` differ where they must. */
  readonly fileName: Readonly<Record<SnippetForm, string>>
  /** How to get what the file imports; null: nothing is needed. */
  readonly install: Readonly<Record<SnippetForm, string | null>>
  /** Whether the plain form verifies Ed25519 (`v1a`): the language itself must have it. */
  readonly ed25519: boolean
}

export const languageFacts: Readonly<Record<SnippetLanguage, LanguageFacts>> = {
  javascript: {
    label: 'JavaScript',
    ending: 'mjs',
    fileName: { library: 'route.js', plain: 'webhooks.mjs' },
    install: { library: 'npm install svix', plain: null },
    ed25519: true,
  },
  python: {
    label: 'Python',
    ending: 'py',
    fileName: { library: 'webhooks.py', plain: 'webhooks.py' },
    install: { library: 'pip install svix fastapi', plain: null },
    ed25519: false,
  },
  go: {
    label: 'Go',
    ending: 'go',
    fileName: { library: 'main.go', plain: 'webhooks.go' },
    install: { library: 'go get github.com/svix/svix-webhooks', plain: null },
    ed25519: true,
  },
  rust: {
    label: 'Rust',
    ending: 'rs',
    fileName: { library: 'main.rs', plain: 'webhooks.rs' },
    install: {
      library: 'cargo add svix axum && cargo add tokio --features full',
      plain: 'cargo add hmac@0.12 sha2@0.10 base64@0.22',
    },
    ed25519: false,
  },
  java: {
    label: 'Java',
    ending: 'java',
    fileName: { library: 'WebhookController.java', plain: 'Webhooks.java' },
    install: { library: 'com.svix:svix', plain: null },
    ed25519: true,
  },
  kotlin: {
    label: 'Kotlin',
    ending: 'kt',
    fileName: { library: 'Main.kt', plain: 'Webhooks.kt' },
    install: { library: 'com.svix.kotlin:svix-kotlin', plain: null },
    ed25519: true,
  },
  ruby: {
    label: 'Ruby',
    ending: 'rb',
    fileName: { library: 'webhooks_controller.rb', plain: 'webhooks.rb' },
    install: { library: 'bundle add svix', plain: null },
    ed25519: true,
  },
  csharp: {
    label: 'C#',
    ending: 'cs',
    fileName: { library: 'Program.cs', plain: 'Webhooks.cs' },
    install: { library: 'dotnet add package Svix', plain: null },
    ed25519: false,
  },
  php: {
    label: 'PHP',
    ending: 'php',
    fileName: { library: 'api.php', plain: 'webhooks.php' },
    install: { library: 'composer require svix/svix', plain: null },
    ed25519: true,
  },
}

export function isSnippetLanguage(text: string): text is SnippetLanguage {
  return Object.hasOwn(languageFacts, text)
}
