/// What the help says of faults.
pub(crate) const FAULTS: &str = "\
Faults: --fault NAME[,on=OPERATION][,probability=P][,times=N][,when=before|after][,PARAMETER=VALUE]
  on           oauth-token, oauth-url, create-instance, ping, or one of a group, or all of it:
               instances: list-instances, get-instance, update-instance, replace-instance,
                 delete-instance, enable-instance, disable-instance, get-instance-docs
               configuration: list-configuration, get-configuration, update-configuration
               elements: list-elements, list-element-keys, get-element, get-element-metadata,
                 get-element-docs, list-hubs, list-hub-keys, get-hub, list-hub-elements
               resources: list-object-names, get-object-metadata, list-objects, create-object,
                 get-object, replace-object, update-object, delete-object
               files: list-folder, create-folder, delete-folder, download-file, upload-file,
                 delete-file, get-file-links
               bulk: start-bulk, get-bulk-status, get-bulk-errors, download-bulk
               [default: every API call; never the provider's pages]
  probability  from 0 to 1 [default: 1]
  times        how often at most [default: no limit]
  when         whether it comes before anything is carried out, or after [default: see the *]
  Of several faults, the first that is for a request and wins its draw applies.

  refuse                     refuses connections: for good; or, with probability or times, for
                             for=SECONDS [default: 0.05] after the request that draws it
 *accept-and-close           closes the connection instead of an answer
  close-after-headers        closes it after the headers
  close-mid-body             closes it after half of the body
  truncated-json             breaks the JSON off half-way
 *html-bad-gateway           502 with HTML
  empty-ok                   200 and no body
  no-content                 204
  wrong-content-type         the right JSON as text/html
  wrong-length               Content-Length says half of what is sent
  invalid-utf8               a string in the JSON is not UTF-8
  huge-body                  a body of bytes=N [default: 67108864], of no announced length
  gzip-bomb                  64 KiB that expand to more than 64 MiB
 *stall-before-answer        reads the request and never answers
  stall-during-answer        headers and half of the body, and then nothing more
  trickle                    a byte every interval=SECONDS [default: 1]
 *too-many-requests          429 with Retry-After: after=SECONDS [default: 1]
 *too-many-requests-date     the same with a date
 *unavailable                503; with after=SECONDS with a Retry-After
 *redirect                   307 to=URL [default: the same at http://redirected.invalid]
  slow-provisioning          creating takes seconds=SECONDS longer [default: 2]
  lose-answer                closes the connection instead of an answer
  create-and-bad-gateway     502 with HTML
  Those with a * come before anything is carried out; the others carry it out and change the answer.

Exit codes: 0 told to stop, 1 cannot listen, 2 the command line is wrong.";
