/** Bounds of the API and the store that are part of the contract, not settings. */
export const limits = {
  pageDefault: 50,
  pageMax: 250,
  /** Bytes of payloads after which a page ends early; the item that passes it is still on it. */
  pagePayloadBytesMax: 16_777_216,
  /** The same of the schemas of event types, which are values to whoever reads them: they take longer. */
  pageSchemaBytesMax: 4_194_304,
  uidLengthMax: 256,
  eventTypeLengthMax: 256,
  channelLengthMax: 128,
  channelsPerMessageMax: 10,
  channelsPerEndpointMax: 10,
  tagsPerMessageMax: 5,
  tagLengthMax: 128,
  metadataBytesMax: 4096,
  headerValueBytesMax: 4096,
  headersBytesMax: 8192,
  headersPerEndpointMax: 20,
  urlLengthMax: 2048,
  jsonDepthMax: 64,
  /** Members of all objects of a body together: reading more would hold up everybody else. */
  jsonMembersMax: 80_000,
  /** Different names among them: one that was not seen before takes ten times as long to read. */
  jsonNamesMax: 20_000,
  /** Lists and objects of a body: an empty one is two bytes, and costs what a hundred do. */
  jsonContainersMax: 150_000,
  batchMessagesMax: 1000,
  liveSecretsMax: 10,
  responseBytesMax: 16_384,
  /** Characters of a body pasted into the signature doctor. */
  diagnosedBodyMax: 1_048_576,
  /** Reading a document or schema that somebody sends, in a thread of its own. */
  documentReadMs: 10_000,
  /** Deliveries whose last attempts are looked up for one page, or one count, by what they got. */
  answerRowsMax: 5_000,
  /** Rows looked at for one page of a list of all applications. */
  overallRowsMax: 10_000,
  /** Applications that such a list may be narrowed to: the rows of each are walked side by side. */
  overallApplicationsMax: 20,
  /** Versions of the schemas of one event type: each is judged and compiled. */
  schemaVersionsMax: 1_000,
  listWindowMs: 90 * 86_400_000,
} as const
