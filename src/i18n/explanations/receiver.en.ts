/** What the signature doctor and the check-up of an endpoint find, and what to do about it. */
export const receiverEn = {
  signature_intact: {
    title: 'The signature is valid over what you pasted.',
    why: 'Headers and body are as we sent them, and a key of this endpoint made the signature.',
    fix: 'If your code refuses it, compare its secret and what it computes: give them to the doctor too.',
  },
  headers_absent: {
    title: 'There are no signature headers.',
    why: 'None of webhook-id, webhook-timestamp and webhook-signature arrived.',
    fix: 'Let your proxy and framework pass headers on; look at the attempt to see what was sent.',
  },
  headers_incomplete: {
    title: 'A signature header is missing.',
    why: 'All three are needed: id, timestamp and signature.',
    fix: 'Let your proxy and framework pass all of them on.',
  },
  timestamp_not_a_number: {
    title: 'The timestamp is not a whole number of seconds.',
    why: 'We send seconds since 1970 as digits; something rewrote the header.',
    fix: 'Take the header as text, and read it as an integer only to judge its age.',
  },
  timestamp_milliseconds: {
    title: 'The timestamp is in milliseconds.',
    why: 'We send seconds, so something multiplied it; the signature is over the seconds.',
    fix: 'Use the header as it came. JavaScript counts milliseconds: divide its clock by 1000.',
  },
  timestamp_too_old: {
    title: 'The timestamp is more than five minutes old.',
    why: 'It was replayed, held up on the way, or the clock of the receiver is ahead.',
    fix: 'Synchronise the clock (NTP). To try an old request again, resend the message: it is signed anew.',
  },
  timestamp_too_new: {
    title: 'The timestamp is more than five minutes ahead.',
    why: 'The clock of the receiver is behind.',
    fix: 'Synchronise its clock (NTP).',
  },
  signature_not_base64: {
    title: 'The signature header has another form.',
    why: 'We send v1, followed by base64; this is hex, cut short, or rewritten.',
    fix: 'Compare the header as it came, or the bytes that its base64 decodes to.',
  },
  signature_not_ours: {
    title: 'No key of this endpoint made this signature.',
    why: 'It is of another endpoint, of a key that was removed, or a header was changed on the way.',
    fix: 'Check that you pasted the headers of one request, and that it was for this endpoint.',
  },
  secret_expired: {
    title: 'This secret no longer signs.',
    why: 'It was rolled, and the time in which old and new both sign is over.',
    fix: 'Put the current secret of the endpoint into your settings.',
  },
  secret_of_other_endpoint: {
    title: 'This belongs to another endpoint of the application.',
    why: 'Every endpoint has a secret of its own.',
    fix: 'Use the secret of the endpoint whose URL received the request.',
  },
  secret_not_base64: {
    title: 'The secret cannot be read.',
    why: 'What follows whsec_ must be base64; a character is missing, added or changed.',
    fix: 'Copy it again, whole, without spaces or quotes around it.',
  },
  secret_unknown: {
    title: 'The endpoint never had this secret.',
    why: 'It is of another environment, another application, or was typed wrongly.',
    fix: 'Copy the secret of this endpoint again.',
  },
  secret_used_as_text: {
    title: 'The secret was used as text.',
    why: 'The key is what the base64 after whsec_ decodes to, not its characters.',
    fix: 'Remove whsec_, decode the base64, and use the bytes as the key.',
  },
  message_unknown: {
    title: 'The application has no message with this id.',
    why: 'The id was changed, the message has been removed, or the request came from elsewhere.',
    fix: 'Take webhook-id as it came, and check that the application is the right one.',
  },
  computed_as_hex: {
    title: 'You compare hex with base64.',
    why: 'Your HMAC is right, but written in hex.',
    fix: 'Write the digest in base64, with v1, before it.',
  },
  computed_over_body_alone: {
    title: 'You signed the body alone.',
    why: 'The signature is over id, timestamp and body with a dot between each.',
    fix: 'Compute the HMAC over webhook-id, a dot, webhook-timestamp, a dot, and the body.',
  },
  computed_unexplained: {
    title: 'What you computed is none of the usual mistakes.',
    why: 'Neither another form of the key nor another content gives this value.',
    fix: 'Compare your code with a snippet: posthorn snippet <language>.',
  },
  body_empty: {
    title: 'The body is empty.',
    why: 'Something read it before the signature was checked; a stream can be read once.',
    fix: 'Take the raw body first, verify, and parse it afterwards.',
  },
  body_trimmed: {
    title: 'The line break at the end of the body is gone.',
    why: 'Something trimmed the text.',
    fix: 'Verify the bytes as they came.',
  },
  body_newline_added: {
    title: 'A line break was added at the end of the body.',
    why: 'Often a shell, an editor or a log did it.',
    fix: 'Verify the bytes as they came; save them without an editor.',
  },
  body_compact: {
    title: 'The body is the parsed JSON, written anew without its spaces.',
    why: 'A framework parsed it, and your code turned the object into text again.',
    fix: 'Verify the raw body, before any JSON parser.',
  },
  body_indented: {
    title: 'The body is the parsed JSON, written anew with other spaces.',
    why: 'A framework parsed it, and something wrote it again, as Python and Ruby do with spaces.',
    fix: 'Verify the raw body, before any JSON parser.',
  },
  body_reordered: {
    title: 'The members of the JSON are in another order.',
    why: 'It was parsed into a map that sorts its keys, and written anew.',
    fix: 'Verify the raw body, before any JSON parser.',
  },
  body_numbers_rewritten: {
    title: 'Numbers are written differently.',
    why: 'A parser turned 1.0 into 1, or rounded a number that it cannot hold.',
    fix: 'Verify the raw body, before any JSON parser.',
  },
  body_escapes_rewritten: {
    title: 'Characters are escaped differently.',
    why: 'A serialiser wrote é as \\u00e9, or / as \\/, or the other way.',
    fix: 'Verify the raw body, before any JSON parser.',
  },
  body_bom_added: {
    title: 'A byte order mark was put in front of the body.',
    why: 'An encoder that writes UTF-8 with BOM was used.',
    fix: 'Verify the bytes as they came.',
  },
  body_bom_removed: {
    title: 'The byte order mark in front of the body is gone.',
    why: 'A decoder dropped it; it is part of what was signed.',
    fix: 'Verify the bytes as they came, not the decoded text.',
  },
  body_charset: {
    title: 'The body was read in another character set.',
    why: 'The bytes are UTF-8; read as Latin-1, é becomes Ã©.',
    fix: 'Verify the bytes, or decode them as UTF-8 whatever the locale says.',
  },
  body_truncated: {
    title: 'The end of the body is missing.',
    why: 'A limit of size cut it, or only the first chunk was read.',
    fix: 'Read until the end, and raise the limit of your proxy and framework.',
  },
  body_base64: {
    title: 'The body is base64 of what was sent.',
    why: 'Some gateways (AWS API Gateway, Lambda) hand bodies over encoded.',
    fix: 'Decode it first: with Lambda, when isBase64Encoded is true.',
  },
  body_other_content: {
    title: 'The body has other content than we sent.',
    why: 'A field was added, removed or changed, or it belongs to another message.',
    fix: 'Check that body and headers are of one request, and what changes bodies on the way.',
  },
  checkup_event_refused: {
    title: 'The endpoint did not take a valid event.',
    why: 'A signed event of a known type was not answered with success.',
    fix: 'Look at the answer, and at the log of the receiver.',
  },
  checkup_redirect: {
    title: 'The endpoint answers with a redirect.',
    why: 'Redirects are not followed: a signed request belongs to one address.',
    fix: 'Give the URL that it leads to; often only https or a final slash is missing.',
  },
  checkup_duplicate_refused: {
    title: 'The second delivery of one message was refused.',
    why: 'A message can arrive twice: when an answer is lost, it is sent again.',
    fix: 'Remember webhook-id, and answer 2xx to one that you have already handled.',
  },
  checkup_out_of_order_refused: {
    title: 'One of two events was refused that came in the wrong order.',
    why: 'Events can pass each other: what is retried comes after what was sent later.',
    fix: 'Answer 2xx to both, and let the time or version in the payload decide, not the arrival.',
  },
  checkup_bad_signature_accepted: {
    title: 'The endpoint accepts a wrong signature.',
    why: 'Anyone who knows the URL can send it events.',
    fix: 'Verify the signature before anything else and answer 400: posthorn snippet <language>.',
  },
  checkup_bad_signature_failed: {
    title: 'The endpoint fails on a wrong signature.',
    why: 'It answered 5xx or nothing: it seems to fail rather than to refuse.',
    fix: 'Catch the failed verification and answer 400.',
  },
  checkup_old_timestamp_accepted: {
    title: 'The endpoint accepts a request that is ten minutes old.',
    why: 'Whoever records a request can send it again later.',
    fix: 'Refuse a webhook-timestamp that is more than five minutes off.',
  },
  checkup_unknown_type_refused: {
    title: 'The endpoint refuses an event type that it does not know.',
    why: 'New types and fields will come, and each would fail and be retried.',
    fix: 'Answer 2xx to events that you do not need.',
  },
  checkup_slow: {
    title: 'The endpoint answers slowly.',
    why: 'An answer took more than five seconds; slow answers run into timeouts and are retried.',
    fix: 'Put the event into a queue, answer 2xx at once, and work afterwards.',
  },
  checkup_plain_http: {
    title: 'The endpoint is reached without TLS.',
    why: 'Over plain http, whoever is on the way can read the events.',
    fix: 'Use an https URL.',
  },
  checkup_certificate_ends: {
    title: 'The certificate of the endpoint ends within two weeks.',
    why: 'When it has expired, nothing is delivered any more.',
    fix: 'Renew it, and see to it that it is renewed by itself.',
  },
  checkup_no_certificate: {
    title: 'There is no certificate to judge.',
    why: 'The endpoint is not reached over TLS, or did not answer.',
    fix: 'Use an https URL.',
  },
  checkup_not_signed: {
    title: 'Requests to this endpoint have nothing to check this with.',
    why: 'Its kind of signature has no such part.',
    fix: 'Choose Standard Webhooks signatures, if the receiver can verify them.',
  },
  checkup_not_reached: {
    title: 'This was not tried.',
    why: 'The endpoint did not take a valid event, so its answer would say nothing.',
    fix: 'Let it take a valid event first.',
  },
}
