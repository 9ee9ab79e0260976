package io.github.stepwire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.stepwire.v1.GetRunStepRequest;
import io.github.stepwire.v1.GetRunStepResponse;
import io.github.stepwire.v1.RunStep;
import io.github.stepwire.v1.RunStepServiceGrpc;
import io.github.stepwire.v1.StreamEvent;
import io.github.stepwire.v1.StreamRunEventsRequest;
import io.github.stepwire.v1.StreamRunEventsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The generated client and server of a service, in one process. */
class ServiceTest {
  /** A server with one step. All other methods are unimplemented. */
  private static final class Steps extends RunStepServiceGrpc.RunStepServiceImplBase {
    @Override
    public void getRunStep(
        GetRunStepRequest request, StreamObserver<GetRunStepResponse> responses) {
      if (!request.getStepId().equals("step_1")) {
        responses.onError(Status.NOT_FOUND.asRuntimeException());
        return;
      }
      RunStep step =
          RunStep.newBuilder().setId(request.getStepId()).setRunId(request.getRunId()).build();
      responses.onNext(GetRunStepResponse.newBuilder().setRunStep(step).build());
      responses.onCompleted();
    }

    @Override
    public void streamRunEvents(
        StreamRunEventsRequest request, StreamObserver<StreamRunEventsResponse> responses) {
      StreamEvent event = StreamEvent.newBuilder().setDone("[DONE]").build();
      for (int number = 1; number <= 3; number++) {
        responses.onNext(
            StreamRunEventsResponse.newBuilder().setEvent(event).setNumber(number).build());
      }
      responses.onCompleted();
    }
  }

  @Test
  void clientCallsServer() throws Exception {
    String name = InProcessServerBuilder.generateName();
    Server server =
        InProcessServerBuilder.forName(name).directExecutor().addService(new Steps()).build();
    server.start();
    ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    try {
      var client = RunStepServiceGrpc.newBlockingStub(channel);
      GetRunStepRequest request =
          GetRunStepRequest.newBuilder().setStepId("step_1").setRunId("run_1").build();
      assertEquals("run_1", client.getRunStep(request).getRunStep().getRunId());
      StatusRuntimeException missing =
          assertThrows(
              StatusRuntimeException.class,
              () -> client.getRunStep(request.toBuilder().setStepId("step_2").build()));
      assertEquals(Status.Code.NOT_FOUND, missing.getStatus().getCode());
      List<Integer> numbers = new ArrayList<>();
      client
          .streamRunEvents(StreamRunEventsRequest.getDefaultInstance())
          .forEachRemaining(each -> numbers.add(each.getNumber()));
      assertEquals(List.of(1, 2, 3), numbers);
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }
}
