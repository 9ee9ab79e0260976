/** The server must not compress the streams: it would hold events back. */
export default { compress: false };
