export const GET = () => new Response("my own page");
