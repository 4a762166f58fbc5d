export const S3 = `A bucket, or a prefix of one, is a registry like any other, to read and to write:

  edgeboot publish dist --to s3://bucket/prefix --channel stable
  EDGEBOOT_REGISTRY=s3://bucket/prefix edgeboot run billing-api

Who asks, and where, is found as AWS's own tools find it, in this order:

  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN   keys
  AWS_REGION, AWS_DEFAULT_REGION                                region (us-east-1)
  AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL                         another server
  AWS_PROFILE in ~/.aws/config and ~/.aws/credentials           all of these

Roles of instances, containers and web identities are not asked for by this
version. Without keys requests are not signed, which public buckets allow. With an
endpoint the bucket is part of the path, else of the host. An app inherits these
variables as it would without edgeboot.

Readers need s3:GetObject, publishers s3:PutObject as well; with s3:ListBucket what
is missing is told from what is forbidden (404, else 403), and \`releases\` and
\`registry gc\` know all that is there; \`registry gc\` needs s3:DeleteObject.

Layers above 8 MiB go in parts, each with its digest, and are there when the last
one is. AWS looks at If-Match and If-None-Match, so that no writer overwrites
another; of servers that do not, what was written is read back (\`edgeboot help
publish\`). A bucket has no locks: the collector goes by age alone, and a publisher
that counts on an object of more than six hours makes it new. Leave --min-age at a
day. Uploads that were never completed are the bucket's own lifecycle rule to end
(AbortIncompleteMultipartUpload).
`;
