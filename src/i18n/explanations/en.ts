import { receiverEn } from './receiver.en.ts'

/** What each error code means, for `posthorn explain`, failures of commands and the console. */
export const en = {
  blocked_address: {
    title: "The endpoint's address is not allowed.",
    why: 'Private, loopback and metadata networks are blocked to protect this server (SSRF).',
    fix: 'Use a public URL, or let the operator allow the network: POSTHORN_ALLOW_NETWORKS=10.0.0.0/8',
  },
  blocked_url: {
    title: "The endpoint's URL is not allowed.",
    why: 'Its scheme, port or form is one that deliveries never use.',
    fix: 'Give an absolute http or https URL without user and password.',
  },
  dns_not_found: {
    title: "The endpoint's host name does not exist.",
    why: 'DNS answered that there is no such name.',
    fix: 'Check the URL for a typing error; a new name may need minutes to appear.',
  },
  dns_failed: {
    title: "The endpoint's host name could not be resolved.",
    why: 'The DNS server answered with a failure.',
    fix: 'Retries will follow. If it lasts, ask the owner of the domain to check its DNS.',
  },
  dns_timeout: {
    title: 'DNS did not answer in time.',
    why: 'The resolver gave no answer for the host name.',
    fix: 'Check the resolver of this server (POSTHORN_DNS_SERVERS).',
  },
  connect_refused: {
    title: 'The endpoint refused the connection.',
    why: 'The machine answers, but nothing listens on that port.',
    fix: 'Start the receiver, or correct the port in the URL.',
  },
  connect_timeout: {
    title: 'The endpoint did not take the connection in time.',
    why: 'Often a firewall that drops packets, or a machine that is down.',
    fix: "Let the receiver's firewall admit this server.",
  },
  connect_failed: {
    title: 'The connection to the endpoint failed.',
    why: 'The network could not reach the address.',
    fix: 'Check that the address is reachable from this server.',
  },
  tls_expired: {
    title: "The endpoint's certificate has expired.",
    why: 'A certificate outside its dates is not trusted.',
    fix: 'Renew the certificate at the receiver.',
  },
  tls_not_yet_valid: {
    title: "The endpoint's certificate is not valid yet.",
    why: "Its first day is in the future, or this server's clock is wrong.",
    fix: 'Check the clock here and the certificate there.',
  },
  tls_client_certificate: {
    title: 'The endpoint wants a client certificate.',
    why: 'It did not accept the connection without a certificate that it trusts.',
    fix: 'Let the receiver admit requests by their signature instead.',
  },
  tls_failed: {
    title: 'The TLS connection failed.',
    why: 'The handshake broke off for a reason that the endpoint did not name.',
    fix: "Look at the receiver's TLS log.",
  },
  loop_refused: {
    title: 'The endpoint is this server itself.',
    why: 'A delivery to our own API would send itself again for ever.',
    fix: 'Use the address of the receiver.',
  },
  tls_untrusted: {
    title: "The endpoint's certificate is not trusted.",
    why: 'It is self-signed, or its chain is incomplete.',
    fix: 'Serve the full chain of a public authority.',
  },
  tls_name: {
    title: "The endpoint's certificate is for another name.",
    why: 'None of its names is the host in the URL.',
    fix: 'Use the right host in the URL, or a certificate that names it.',
  },
  tls_protocol: {
    title: 'No TLS connection could be agreed on.',
    why: 'The endpoint speaks plain HTTP on this port, or only outdated TLS.',
    fix: 'Serve TLS 1.2 or newer, or use http:// if that is intended.',
  },
  reset: {
    title: 'The endpoint broke the connection.',
    why: 'It closed before the response was complete: a crash, or a proxy in between.',
    fix: "Look at the receiver's log for that moment.",
  },
  write_timeout: {
    title: 'The endpoint did not read the request in time.',
    why: 'The connection stands, but the body was not taken.',
    fix: "Check the receiver's load and its proxies.",
  },
  response_timeout: {
    title: 'The endpoint did not answer in time.',
    why: "It took the request and gave no complete response within the attempt's time.",
    fix: 'Answer 2xx at once and do the work afterwards, from a queue.',
  },
  bad_http: {
    title: "The endpoint's answer is not HTTP.",
    why: 'Something else listens on that port, or the answer is malformed.',
    fix: 'Check the port, and what answers there.',
  },
  headers_too_large: {
    title: "The endpoint's response headers are too large.",
    why: 'More than 16 KiB of headers are not read.',
    fix: 'Send fewer cookies and headers to webhook requests.',
  },
  redirect_refused: {
    title: 'The endpoint answered with a redirect.',
    why: 'Redirects are not followed: a signed body goes to the address that was registered.',
    fix: 'Register the address that it redirects to.',
  },
  proxy_failed: {
    title: 'The outbound proxy failed.',
    why: 'The proxy could not be reached or refused the destination.',
    fix: "Check the proxy's settings and log.",
  },
  no_sockets: {
    title: 'The node had no file descriptor left.',
    why: 'More connections were open than the system lets this process have; the endpoint was not asked.',
    fix: 'Raise the limit (ulimit -n, LimitNOFILE) or lower POSTHORN_IN_FLIGHT_MAX.',
  },
  authentication_failed: {
    title: 'The credentials are not accepted.',
    why: "The API key is missing or of another server; for a delivery, the endpoint's own login refused ours.",
    fix: "Pass --key or set POSTHORN_API_KEY; for a delivery, correct the endpoint's authentication.",
  },
  transform_failed: {
    title: "The endpoint's transformation failed.",
    why: 'Its code threw, ran too long, or gave back something that is not a request.',
    fix: "Test the transformation with the message's payload.",
  },
  transform_canceled: {
    title: "The endpoint's code left the message out.",
    why: 'Its transformation returned `cancel: true` for this message: nothing was sent, and nothing failed.',
    fix: 'To send it all the same, change the transformation and resend the message.',
  },
  not_connected: {
    title: 'No command is listening.',
    why: 'The endpoint belongs to `posthorn listen`, which is not connected; deliveries wait.',
    fix: 'Start posthorn listen again: what waits is delivered then.',
  },
  payload_gone: {
    title: 'The payload is gone.',
    why: 'It expired or was expunged; only the record is kept.',
    fix: 'Send the event again as a new message.',
  },
  outcome_unknown: {
    title: 'What became of the attempt is not known.',
    why: 'The server stopped between sending and recording; the delivery is tried again.',
    fix: 'Nothing: receivers tell repeats apart by webhook-id.',
  },
  aborted: {
    title: 'The attempt was given up before it was sent.',
    why: 'The node was stopping, or no longer owned the delivery.',
    fix: 'Nothing: it is attempted again.',
  },
  internal: {
    title: 'Something went wrong inside.',
    why: 'This is a fault of Posthorn, not of your command.',
    fix: 'Run it again with --debug and report what it prints.',
  },
  generic_error: {
    title: 'The request was not understood.',
    why: 'A part of the request has a form that the server cannot read.',
    fix: 'Compare it with the reference at /docs.',
  },
  validation: {
    title: 'The request is not valid.',
    why: 'At least one field was refused; each is named above.',
    fix: 'Correct the fields and send it again.',
  },
  invalid_range: {
    title: 'The time range is not valid.',
    why: 'It ends in the future, is too long, or ends before it begins.',
    fix: 'Choose a shorter range in the past.',
  },
  limit_reached: {
    title: 'A limit has been reached.',
    why: 'The server bounds how many of these may live at once.',
    fix: 'Remove one, or wait until the oldest expires.',
  },
  invalid_scheme: {
    title: 'No example could be produced.',
    why: 'The event type has no schema with an example.',
    fix: 'Add an example to the event type, or give the payload with -d.',
  },
  missing_payload: {
    title: 'The payload is gone.',
    why: 'It expired or was expunged.',
    fix: 'Send the event again as a new message.',
  },
  'insufficient access': {
    title: 'This key may not do that.',
    why: 'Tokens of one application reach that application only.',
    fix: "Use the organisation's API key.",
  },
  not_found: {
    title: 'There is no such thing.',
    why: 'The id or uid is not known to this key, or it was deleted.',
    fix: 'List what there is: posthorn apps ls, posthorn endpoints ls, posthorn catalog ls',
  },
  method_not_allowed: {
    title: 'This path does not take this method.',
    why: 'The path exists with other methods.',
    fix: 'See the reference at /docs.',
  },
  conflict: {
    title: 'It does not go with what is there.',
    why: 'A uid or event id is taken, it was changed meanwhile, or a rule such as the last owner holds.',
    fix: 'Choose another id or use the one that exists; otherwise do what the first line says.',
  },
  event_type_exists: {
    title: 'The event type exists already.',
    why: 'Names of event types are unique.',
    fix: 'Use another name, or update the type that exists.',
  },
  profile_misfit: {
    title: 'Endpoints break rules of the profile.',
    why: 'Each profile has rules of its own: names, codes, events, URLs. Nothing was changed.',
    fix: 'See which and why: posthorn apps system <app> <name> --dry-run. To change it all the same, add --yes (force=true): they stay as they are.',
  },
  idempotency_mismatch: {
    title: 'The idempotency key was used with another request.',
    why: 'A key stands for one request, byte for byte.',
    fix: 'Use a new key for a new request.',
  },
  payload_too_large: {
    title: 'The payload is too large.',
    why: 'Request bodies are bounded (POSTHORN_BODY_BYTES_MAX).',
    fix: 'Send a reference instead of the data, or raise the limit.',
  },
  unsupported_media_type: {
    title: 'The body has a form that is not read.',
    why: 'Compressed request bodies are not read.',
    fix: 'Send the body as it is.',
  },
  rate_limited: {
    title: 'Too many requests.',
    why: 'The server protects itself and others.',
    fix: 'Wait as long as Retry-After says.',
  },
  unavailable: {
    title: 'The server cannot store it now.',
    why: 'The disk is full or the database cannot be reached; nothing was accepted.',
    fix: 'Send it again later with the same idempotency key.',
  },
  server_error: {
    title: 'The server failed.',
    why: 'This is a fault of the server; its log has the cause.',
    fix: "Try again, and report it with the server's log if it lasts.",
  },
  unexpected_answer: {
    title: "The answer is not Posthorn's.",
    why: 'Another server or a proxy answers at this address.',
    fix: 'Check --url and POSTHORN_URL.',
  },
  wait_timeout: {
    title: 'Nothing that matches arrived in time.',
    why: 'The bin took no such request while the command waited.',
    fix: 'Look at what did arrive: posthorn bins requests',
  },
  too_many_connections: {
    title: 'Too many connections are open.',
    why: 'Clients hold more connections than the server has room for, and none of them is idle.',
    fix: 'Keep fewer open, or let the operator raise POSTHORN_CONNECTIONS_MAX and the limit of open files.',
  },
  request_timeout: {
    title: 'The request took too long to arrive.',
    why: 'Headers may take 10 seconds and a whole request 30.',
    fix: 'Send it in one piece.',
  },
  expectation_failed: {
    title: 'An expectation of the request is not supported.',
    why: 'Only Expect: 100-continue is.',
    fix: 'Leave the Expect header out.',
  },
  loop_detected: {
    title: 'A delivery called the server that made it.',
    why: 'A request of a delivery must not create the next one: that never ends.',
    fix: 'Point the endpoint somewhere else.',
  },
  metrics_private: {
    title: 'Metrics are for private networks.',
    why: 'Without a token they are told only to direct callers of private networks.',
    fix: 'Set POSTHORN_METRICS_TOKEN and send it as a Bearer token.',
  },
  cross_site: {
    title: 'The request comes from another site.',
    why: "A session's cookie counts only with the header that pages of this server send.",
    fix: "Use an API key, or call from the console's own pages.",
  },
  no_home: {
    title: 'There is no home folder for user settings.',
    why: 'Neither HOME nor XDG_CONFIG_HOME is set.',
    fix: 'Set one of them, or use flags and POSTHORN_* variables.',
  },
  unknown_profile: {
    title: 'There is no such profile.',
    why: "Profiles of the command line are kept in the user's own file.",
    fix: 'See them: posthorn config profiles',
  },
  no_snippet: {
    title: 'There is no receiver in that language.',
    why: 'Receivers exist in nine languages.',
    fix: 'See them: posthorn snippet --help',
  },
  usage: {
    title: 'The command was not understood.',
    why: 'An argument or option is missing, unknown or has a wrong value.',
    fix: 'See posthorn --help',
  },
  bad_setting: {
    title: 'A setting is not valid.',
    why: 'Its value was refused before anything was started.',
    fix: 'Correct it; posthorn config explain shows where it comes from.',
  },
  data_folder: {
    title: 'The data folder cannot be used.',
    why: 'It cannot be made, read or written.',
    fix: 'Choose another with POSTHORN_DATA_DIR, or correct its permissions.',
  },
  missing_key: {
    title: 'There is no API key to use.',
    why: 'Neither --key nor POSTHORN_API_KEY is given, and no server has left one here.',
    fix: 'Run it in the folder where posthorn was started, or pass --key.',
  },
  server_unreachable: {
    title: 'The server does not answer.',
    why: 'Nothing listens there, or the network does not reach it.',
    fix: 'Start it with: posthorn   or name another with --url',
  },
  port_in_use: {
    title: 'The port is in use.',
    why: 'Another program, perhaps another Posthorn, listens on it.',
    fix: 'Choose another: posthorn --port 8072',
  },
  unknown_application: {
    title: 'There is no such application.',
    why: 'No application of this key has that id or uid.',
    fix: 'List them: posthorn apps ls',
  },
  delivery_failed: {
    title: 'The message was accepted, but not delivered.',
    why: 'An endpoint refused it or could not be reached.',
    fix: 'See why: posthorn why <message>',
  },
  bad_json: {
    title: 'The payload is not JSON.',
    why: 'It was not sent, because no receiver could read it.',
    fix: 'Give an object: -d \'{"id": 1}\', -d @file or -d - for the standard input.',
  },
  editor_failed: {
    title: 'The editor ended with an error.',
    why: 'It could not be started, or ended with another status than 0: nothing was sent.',
    fix: 'Name another in VISUAL or EDITOR, or give the payload with --from.',
  },
  edit_left_empty: {
    title: 'The payload was left empty.',
    why: 'An editor that leaves nothing says that nothing is to be sent.',
    fix: 'Edit it again, or leave --edit out.',
  },
  no_such_file: {
    title: 'The file cannot be read.',
    why: 'It does not exist, or may not be read.',
    fix: 'Check the path.',
  },
  file_exists: {
    title: 'The file exists already.',
    why: 'A backup never overwrites anything.',
    fix: 'Choose another name, or remove the file first.',
  },
  ambiguous_name: {
    title: 'The name could be several.',
    why: 'More than one has that name, or an id that begins so.',
    fix: 'Write more of the id, or all of it.',
  },
  external_target: {
    title: 'The target is not on this machine.',
    why: 'listen forwards to loopback only, so that nothing leaves by accident.',
    fix: 'Add --allow-external if that is intended.',
  },
  signature_invalid: {
    title: 'The signature is not valid.',
    why: 'The request was changed on its way, or the secret is another one.',
    fix: "Verify the raw bytes of the body with the endpoint's current secret.",
  },
  unsupported: {
    title: 'This database cannot do that.',
    why: 'The operation exists for the embedded database only.',
    fix: "Use the database's own tool, such as pg_dump.",
  },
  in_use: {
    title: 'The database is in use.',
    why: "Another Posthorn has it open; two would damage each other's work.",
    fix: 'Stop the other one, or start with another POSTHORN_DATA_DIR.',
  },
  newer_schema: {
    title: 'The database is from a newer Posthorn.',
    why: 'This version does not know its tables and leaves them alone.',
    fix: 'Run the newer version again, or restore a backup made before the upgrade.',
  },
  older_schema: {
    title: 'The database is from an older Posthorn.',
    why: 'It must be migrated, and this start may not do it.',
    fix: 'Make a backup, then start with permission to migrate.',
  },
  damaged: {
    title: 'The database is damaged.',
    why: 'Its check found pages or rows that cannot be right.',
    fix: 'Restore the last backup; keep the damaged file for analysis.',
  },
  read_only: {
    title: 'The database may only be read.',
    why: "The file, its folder or the server's role does not allow writing.",
    fix: 'Correct the permissions.',
  },
  not_ours: {
    title: 'The database holds something else.',
    why: "Its tables are not Posthorn's; nothing was changed.",
    fix: 'Give Posthorn a database of its own.',
  },
  not_reachable: {
    title: 'The database cannot be reached.',
    why: 'The address, the credentials or the network is wrong, or it is down.',
    fix: 'Check POSTHORN_DATABASE_URL and that the database is up.',
  },
  not_granted: {
    title: 'The user has too few rights.',
    why: 'Posthorn makes and changes its own tables; the database does not let this user.',
    fix: 'Grant it "create" on the schema, or give it a database of its own.',
  },
  few_connections: {
    title: 'The database takes no further connections.',
    why: 'Other programs, or the limit of this user, take all that the server allows.',
    fix: 'Raise max_connections or the limit, or put PgBouncer in front.',
  },
  unsafe_settings: {
    title: 'The database may lose commits.',
    why: 'With its settings an accepted message would not be durable.',
    fix: 'Turn fsync and full_page_writes on.',
  },
  not_empty: {
    title: 'The target is not empty.',
    why: 'Data moves into an empty database only, so that nothing there is mixed or overwritten.',
    fix: 'Name an empty database, or a new schema of one.',
  },
  unfinished_copy: {
    title: 'The database holds half of a move.',
    why: 'A posthorn migrate-data into it was cut off; a node would work on a part of the data.',
    fix: 'Run the same posthorn migrate-data again: it goes on where it ended.',
  },
  not_verified: {
    title: 'The copy is not equal to what was copied.',
    why: 'A table differs in count or content: one of the databases was written to in the meantime.',
    fix: 'Stop every server, give the move an empty database, run it again.',
  },
  wrong_key: {
    title: 'The encryption key is another one.',
    why: "Endpoints' secrets are sealed with the key of the server that stored them.",
    fix: 'Give that key in POSTHORN_ENCRYPTION_KEY; it is in the file encryption-key of its data folder.',
  },
  too_old: {
    title: 'The database is too old.',
    why: 'This version lacks what Posthorn needs.',
    fix: 'Upgrade the database.',
  },
  ...receiverEn,
}
