//! A client talks to a server, with the stubs of the feature `tonic`.

use std::error::Error;

use stepwire::Transcoder;
use stepwire::chat::v1::stream_completion_response::Content;
use stepwire::chat::v1::{
    ChatCompletion, ChatCompletionStreamEvent, GetCompletionRequest, GetCompletionResponse,
    ListCompletionsRequest, StreamCompletionRequest, StreamCompletionResponse,
};
use stepwire::grpc::chat::v1::chat_service_client::ChatServiceClient;
use stepwire::grpc::chat::v1::chat_service_server::{ChatService, ChatServiceServer};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::codegen::BoxStream;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status};

const COMPLETION: &str = r#"{"id":"chatcmpl_1","object":"chat.completion","created":1,"model":"m","choices":[],"own":1.50}"#;

struct Service;

#[tonic::async_trait]
impl ChatService for Service {
    async fn get_completion(
        &self,
        request: Request<GetCompletionRequest>,
    ) -> Result<Response<GetCompletionResponse>, Status> {
        let GetCompletionRequest { completion_id, .. } = request.into_inner();
        if completion_id != "chatcmpl_1" {
            return Err(Status::not_found("no such completion"));
        }
        let completions = Transcoder::<ChatCompletion>::new().map_err(internal)?;
        Ok(Response::new(GetCompletionResponse {
            completion: Some(completions.parse(COMPLETION).map_err(internal)?),
        }))
    }

    async fn stream_completion(
        &self,
        _: Request<StreamCompletionRequest>,
    ) -> Result<Response<BoxStream<StreamCompletionResponse>>, Status> {
        let events = (1..=3).map(|number| {
            Ok(StreamCompletionResponse {
                number,
                content: Some(Content::Event(ChatCompletionStreamEvent::default())),
                ..StreamCompletionResponse::default()
            })
        });
        Ok(Response::new(Box::pin(tokio_stream::iter(events))))
    }
}

fn internal(error: stepwire::Error) -> Status {
    Status::internal(error.to_string())
}

#[tokio::test]
async fn a_client_talks_to_a_server() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let server = Server::builder()
        .add_service(ChatServiceServer::new(Service))
        .serve_with_incoming(TcpListenerStream::new(listener));
    let server = tokio::spawn(server);

    let mut client = ChatServiceClient::connect(address).await?;
    let request = |id: &str| GetCompletionRequest {
        completion_id: id.into(),
        ..GetCompletionRequest::default()
    };
    let response = client.get_completion(request("chatcmpl_1")).await?;
    let completion = response.into_inner().completion.unwrap();
    let completions = Transcoder::<ChatCompletion>::new()?;
    assert_eq!(completions.stringify(&completion)?, COMPLETION);
    let error = client
        .get_completion(request("chatcmpl_2"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::NotFound);

    let stream = client.stream_completion(StreamCompletionRequest::default());
    let mut stream = stream.await?.into_inner();
    let mut numbers = Vec::new();
    while let Some(response) = stream.message().await? {
        numbers.push(response.number);
    }
    assert_eq!(numbers, [1, 2, 3]);

    // A service need not have all methods.
    let error = client
        .list_completions(ListCompletionsRequest::default())
        .await;
    assert_eq!(error.unwrap_err().code(), Code::Unimplemented);
    server.abort();
    Ok(())
}
